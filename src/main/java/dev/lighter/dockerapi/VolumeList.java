package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A list of volumes; there is never anything to warn of. */
record VolumeList(
        @JsonProperty("Volumes") List<VolumeView> volumes,
        @JsonProperty("Warnings") @Nullable List<String> warnings) {}
