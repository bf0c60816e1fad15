package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** The names of the networks that went because nothing was on them. */
record NetworkPruneAnswer(@JsonProperty("NetworksDeleted") List<String> networksDeleted) {}
