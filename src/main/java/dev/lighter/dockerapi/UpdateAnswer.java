package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** That a container was updated. */
record UpdateAnswer(@JsonProperty("Warnings") List<String> warnings) {}
