package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.container.ContainerSpec;
import dev.lighter.container.MountPoint;
import dev.lighter.volume.Volume;
import dev.lighter.volume.VolumeService;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One mount of a container, as inspection and lists show it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record MountView(
        @JsonProperty("Type") String type,
        @JsonProperty("Name") @Nullable String name,
        @JsonProperty("Source") String source,
        @JsonProperty("Destination") String destination,
        @JsonProperty("Driver") @Nullable String driver,
        @JsonProperty("Mode") String mode,
        @JsonProperty("RW") boolean writable,
        @JsonProperty("Propagation") String propagation) {
    static List<MountView> of(ContainerSpec spec, VolumeService volumes) {
        return spec.storage().mounts().stream().map(point -> of(point, volumes)).toList();
    }

    private static MountView of(MountPoint point, VolumeService volumes) {
        String type = point.kind().name().toLowerCase(Locale.ROOT);
        boolean bind = point.kind() == MountPoint.Kind.BIND;
        if (point.kind() != MountPoint.Kind.VOLUME) {
            return new MountView(
                    type,
                    null,
                    point.source(),
                    point.target(),
                    null,
                    point.mode(),
                    point.writable(),
                    bind ? propagation(point) : "");
        }
        Volume volume = volumes.byId(point.source());
        return new MountView(
                type,
                volume == null ? point.source() : volume.name(),
                volume == null ? "" : volumes.mountpoint(volume).toString(),
                point.target(),
                VolumeService.DRIVER,
                point.mode(),
                point.writable(),
                "");
    }

    private static String propagation(MountPoint point) {
        return (point.recursive() ? "r" : "") + point.propagation().name().toLowerCase(Locale.ROOT);
    }
}
