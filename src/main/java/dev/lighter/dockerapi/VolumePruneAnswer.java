package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** The volumes that went because no container had them, and the bytes that they held. */
record VolumePruneAnswer(
        @JsonProperty("VolumesDeleted") List<String> deleted,
        @JsonProperty("SpaceReclaimed") long reclaimed) {}
