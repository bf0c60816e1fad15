package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The network that was made, with what its maker should know of it. */
record NetworkCreateAnswer(
        @JsonProperty("Id") String id,
        @JsonProperty("Warning") String warning) {}
