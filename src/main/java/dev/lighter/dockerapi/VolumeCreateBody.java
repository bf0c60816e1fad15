package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.lighter.volume.VolumeRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /volumes/create}; {@code ClusterVolumeSpec} is of swarms and refused by name. */
final class VolumeCreateBody extends StrictBody {
    @JsonProperty("Name")
    @Nullable
    String name;

    @JsonProperty("Driver")
    @Nullable
    String driver;

    @JsonProperty("DriverOpts")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    Map<String, String> options;

    @JsonProperty("Labels")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    Map<String, String> labels;

    VolumeRequest toRequest() {
        refuseOther("");
        return new VolumeRequest(orEmpty(name), orEmpty(driver), orEmpty(options), orEmpty(labels));
    }
}
