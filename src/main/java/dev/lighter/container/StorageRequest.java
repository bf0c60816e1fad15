package dev.lighter.container;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asks for of mounts when creating a container, in the forms that Docker has for it.
 *
 * @param binds {@code source:target[:mode]}
 * @param mounts the longer form of the same
 * @param volumesFrom containers whose mounts it gets, {@code name[:ro|rw]}
 * @param tmpfs options of filesystems in memory by where they are
 * @param volumes places for volumes without names
 * @param volumeDriver of volumes that are made for it
 * @param storageOptions of its own files: {@code size}
 */
public record StorageRequest(
        List<String> binds,
        List<MountRequest> mounts,
        List<String> volumesFrom,
        Map<String, String> tmpfs,
        List<String> volumes,
        String volumeDriver,
        Map<String, String> storageOptions) {
    /** Nothing at all. */
    public static final StorageRequest NONE =
            new StorageRequest(List.of(), List.of(), List.of(), Map.of(), List.of(), "", Map.of());

    /**
     * One mount in the longer form; what is null was not said.
     *
     * @param type {@code bind}, {@code volume}, {@code tmpfs} or {@code image}
     */
    public record MountRequest(
            String type,
            String source,
            String target,
            boolean readOnly,
            String consistency,
            @Nullable BindOptions bind,
            @Nullable VolumeOptions volume,
            @Nullable TmpfsOptions tmpfs,
            @Nullable ImageOptions image) {}

    /** Options of a bind. */
    public record BindOptions(
            String propagation,
            boolean nonRecursive,
            boolean createMountpoint,
            boolean readOnlyNonRecursive,
            boolean readOnlyForceRecursive) {}

    /** Options of a volume. */
    public record VolumeOptions(
            boolean noCopy,
            Map<String, String> labels,
            String driver,
            Map<String, String> driverOptions,
            String subpath) {}

    /**
     * Options of a filesystem in memory.
     *
     * @param mode permissions, 0 for the usual
     * @param options further ones, a name or a name and a value
     */
    public record TmpfsOptions(long sizeBytes, int mode, List<List<String>> options) {}

    /** Options of an image. */
    public record ImageOptions(String subpath) {}
}
