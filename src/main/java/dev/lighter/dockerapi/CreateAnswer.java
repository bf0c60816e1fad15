package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** The answer to a creation. */
record CreateAnswer(
        @JsonProperty("Id") String id,
        @JsonProperty("Warnings") List<String> warnings) {}
