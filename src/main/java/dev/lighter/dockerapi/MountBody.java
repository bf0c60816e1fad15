package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.lighter.container.StorageRequest;
import dev.lighter.error.EngineException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One of {@code HostConfig.Mounts}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
final class MountBody extends StrictBody {
    @JsonProperty("Type")
    @Nullable
    String type;

    @JsonProperty("Source")
    @Nullable
    String source;

    @JsonProperty("Target")
    @Nullable
    String target;

    @JsonProperty("ReadOnly")
    boolean readOnly;

    @JsonProperty("Consistency")
    @Nullable
    String consistency;

    @JsonProperty("BindOptions")
    @Nullable
    BindBody bind;

    @JsonProperty("VolumeOptions")
    @Nullable
    VolumeBody volume;

    @JsonProperty("TmpfsOptions")
    @Nullable
    TmpfsBody tmpfs;

    @JsonProperty("ImageOptions")
    @Nullable
    ImageBody image;

    /** Options of a bind. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    static final class BindBody extends StrictBody {
        @JsonProperty("Propagation")
        @Nullable
        String propagation;

        @JsonProperty("NonRecursive")
        boolean nonRecursive;

        @JsonProperty("CreateMountpoint")
        boolean createMountpoint;

        @JsonProperty("ReadOnlyNonRecursive")
        boolean readOnlyNonRecursive;

        @JsonProperty("ReadOnlyForceRecursive")
        boolean readOnlyForceRecursive;

        StorageRequest.BindOptions options() {
            refuseOther("HostConfig.Mounts.BindOptions.");
            return new StorageRequest.BindOptions(
                    orEmpty(propagation), nonRecursive, createMountpoint, readOnlyNonRecursive, readOnlyForceRecursive);
        }
    }

    /** Options of a volume. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    static final class VolumeBody extends StrictBody {
        @JsonProperty("NoCopy")
        boolean noCopy;

        @JsonProperty("Labels")
        @JsonSetter(contentNulls = Nulls.FAIL)
        @Nullable
        Map<String, String> labels;

        @JsonProperty("DriverConfig")
        @Nullable
        DriverBody driver;

        @JsonProperty("Subpath")
        @Nullable
        String subpath;

        StorageRequest.VolumeOptions options() {
            refuseOther("HostConfig.Mounts.VolumeOptions.");
            return new StorageRequest.VolumeOptions(
                    noCopy,
                    orEmpty(labels),
                    driver == null ? "" : orEmpty(driver.name()),
                    driver == null ? Map.of() : orEmpty(driver.options()),
                    orEmpty(subpath));
        }
    }

    /** The driver of a volume that is made for the container. */
    record DriverBody(
            @JsonProperty("Name") @Nullable String name,

            @JsonProperty("Options") @JsonSetter(contentNulls = Nulls.FAIL) @Nullable
            Map<String, String> options) {}

    /** Options of a filesystem in memory. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    static final class TmpfsBody extends StrictBody {
        @JsonProperty("SizeBytes")
        long sizeBytes;

        @JsonProperty("Mode")
        int mode;

        @JsonProperty("Options")
        @JsonSetter(contentNulls = Nulls.FAIL)
        @Nullable
        List<List<String>> options;

        StorageRequest.TmpfsOptions options() {
            refuseOther("HostConfig.Mounts.TmpfsOptions.");
            return new StorageRequest.TmpfsOptions(sizeBytes, mode, options == null ? List.of() : options);
        }
    }

    /** Options of an image. */
    record ImageBody(@JsonProperty("Subpath") @Nullable String subpath) {}

    StorageRequest.MountRequest toRequest() {
        refuseOther("HostConfig.Mounts.");
        String kind = orEmpty(type);
        if (kind.isEmpty()) {
            throw EngineException.invalid(
                    "invalid mount config for type \"\": HostConfig.Mounts.Type must not be empty:"
                            + " use bind, volume, tmpfs or image");
        }
        return new StorageRequest.MountRequest(
                kind,
                orEmpty(source),
                orEmpty(target),
                readOnly,
                orEmpty(consistency),
                bind == null ? null : bind.options(),
                volume == null ? null : volume.options(),
                tmpfs == null ? null : tmpfs.options(),
                image == null ? null : new StorageRequest.ImageOptions(orEmpty(image.subpath())));
    }

    /** As it was asked for, for inspection. */
    static MountBody of(StorageRequest.MountRequest mount) {
        MountBody body = new MountBody();
        body.type = mount.type();
        body.source = mount.source().isEmpty() ? null : mount.source();
        body.target = mount.target();
        body.readOnly = mount.readOnly();
        body.consistency = mount.consistency().isEmpty() ? null : mount.consistency();
        StorageRequest.BindOptions binding = mount.bind();
        if (binding != null) {
            body.bind = new BindBody();
            body.bind.propagation = binding.propagation().isEmpty() ? null : binding.propagation();
            body.bind.nonRecursive = binding.nonRecursive();
            body.bind.createMountpoint = binding.createMountpoint();
            body.bind.readOnlyNonRecursive = binding.readOnlyNonRecursive();
            body.bind.readOnlyForceRecursive = binding.readOnlyForceRecursive();
        }
        StorageRequest.VolumeOptions named = mount.volume();
        if (named != null) {
            body.volume = new VolumeBody();
            body.volume.noCopy = named.noCopy();
            body.volume.labels = named.labels().isEmpty() ? null : named.labels();
            body.volume.driver = named.driver().isEmpty()
                            && named.driverOptions().isEmpty()
                    ? null
                    : new DriverBody(named.driver(), named.driverOptions());
            body.volume.subpath = named.subpath().isEmpty() ? null : named.subpath();
        }
        StorageRequest.TmpfsOptions memory = mount.tmpfs();
        if (memory != null) {
            body.tmpfs = new TmpfsBody();
            body.tmpfs.sizeBytes = memory.sizeBytes();
            body.tmpfs.mode = memory.mode();
            body.tmpfs.options = memory.options().isEmpty() ? null : memory.options();
        }
        StorageRequest.ImageOptions files = mount.image();
        if (files != null) {
            body.image = new ImageBody(files.subpath());
        }
        return body;
    }
}
