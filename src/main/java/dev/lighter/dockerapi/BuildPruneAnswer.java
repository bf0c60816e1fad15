package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** What was removed of the build cache. */
record BuildPruneAnswer(
        @JsonProperty("CachesDeleted") List<String> cachesDeleted,
        @JsonProperty("SpaceReclaimed") long spaceReclaimed) {}
