package dev.lighter.container;

import dev.lighter.container.MountPoint.Kind;
import dev.lighter.container.StorageRequest.MountRequest;
import dev.lighter.error.EngineException;
import dev.lighter.kernel.MountTree.Propagation;
import dev.lighter.launch.LaunchMount.ReadOnly;
import dev.lighter.volume.ContainerVolumes.Wanted;
import dev.lighter.volume.VolumeNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what is asked for of mounts and refuses what cannot be, by Docker's rules and in its words. */
final class MountRules {
    private static final Set<String> KINDS = Set.of("bind", "volume", "tmpfs", "image");
    private static final Map<String, Propagation> PROPAGATIONS = Map.of(
            "private", Propagation.PRIVATE,
            "rprivate", Propagation.PRIVATE,
            "slave", Propagation.SLAVE,
            "rslave", Propagation.SLAVE,
            "shared", Propagation.SHARED,
            "rshared", Propagation.SHARED);
    private static final Set<String> CONSISTENCIES = Set.of("", "default", "consistent", "cached", "delegated");
    /** Single files of the kernel that others may be shown in place of. */
    private static final Set<String> PROC_FILES = Set.of(
            "/proc/cpuinfo",
            "/proc/diskstats",
            "/proc/meminfo",
            "/proc/stat",
            "/proc/swaps",
            "/proc/uptime",
            "/proc/loadavg",
            "/proc/slabinfo");

    private MountRules() {}

    /** A mount, and the volume that is to be found or made for it. */
    record Planned(MountPoint point, @Nullable Wanted volume) {}

    /** Reads {@code source:target[:mode]}. */
    static Planned bind(String text, String driver) {
        String[] parts = text.split(":", -1);
        if (parts.length < 2 || parts.length > 3 || parts[0].isEmpty() || parts[1].isEmpty()) {
            throw invalid(text, "");
        }
        boolean host = parts[0].startsWith("/");
        String type = host ? "bind" : "volume";
        String target;
        try {
            target = target(parts[1], type);
        } catch (EngineException e) {
            throw invalid(text, ": " + e.getMessage());
        }
        String mode = parts.length == 3 ? parts[2] : "";
        BindMode read = BindMode.parse(mode, host);
        Propagation propagation = read.propagation();
        if (host) {
            MountPoint point = new MountPoint(
                    Kind.BIND,
                    normal(parts[0]),
                    target,
                    mode,
                    read.readOnly() ? ReadOnly.ALL : ReadOnly.NOTHING,
                    read.recursive(),
                    propagation,
                    "",
                    false,
                    true,
                    0,
                    List.of());
            return new Planned(point, null);
        }
        VolumeNames.checked(parts[0]);
        return new Planned(
                volume(target, mode.isEmpty() ? "z" : mode, read.readOnly(), "", !read.noCopy()),
                new Wanted("", parts[0], driver, Map.of(), Map.of()));
    }

    private static EngineException invalid(String text, String reason) {
        return EngineException.invalid("invalid volume specification: '" + text + "'" + reason);
    }

    private record BindMode(boolean readOnly, boolean noCopy, boolean recursive, Propagation propagation) {
        static BindMode parse(String mode, boolean host) {
            boolean readOnly = false;
            boolean noCopy = false;
            Propagation propagation = Propagation.PRIVATE;
            boolean recursive = true;
            Set<String> seen = new HashSet<>();
            for (String word : mode.isEmpty() ? new String[0] : mode.split(",", -1)) {
                String group;
                if (word.equals("ro") || word.equals("rw")) {
                    readOnly = word.equals("ro");
                    group = "rw";
                } else if (word.equals("nocopy") && !host) {
                    noCopy = true;
                    group = "copy";
                } else if (PROPAGATIONS.containsKey(word) && host) {
                    propagation = PROPAGATIONS.get(word);
                    recursive = word.startsWith("r");
                    group = "propagation";
                } else if (word.equals("z") || word.equals("Z")) {
                    group = "label";
                } else if (!word.isEmpty() && CONSISTENCIES.contains(word)) {
                    group = "consistency";
                } else {
                    throw EngineException.invalid("invalid mode: " + mode);
                }
                if (!seen.add(group)) {
                    throw EngineException.invalid("invalid mode: " + mode);
                }
            }
            return new BindMode(readOnly, noCopy, recursive, propagation);
        }
    }

    /** Reads the longer form. */
    static Planned mount(MountRequest request, String driver) {
        String type = request.type().toLowerCase(Locale.ROOT);
        if (!KINDS.contains(type)) {
            throw EngineException.invalid("invalid mount config for type \"" + request.type()
                    + "\": mount type unknown: use bind, volume, tmpfs or image");
        }
        if (request.target().isEmpty()) {
            throw bad(type, "field Target must not be empty");
        }
        if (!CONSISTENCIES.contains(request.consistency())) {
            throw bad(type, "invalid consistency: " + request.consistency());
        }
        refuseForeign(request, type);
        String target = target(request.target(), type);
        return switch (type) {
            case "bind" -> bind(request, target);
            case "volume" -> volume(request, target, driver);
            case "image" -> image(request, target);
            default -> new Planned(memory(request, target), null);
        };
    }

    private static void refuseForeign(MountRequest request, String type) {
        refuseForeign(type, "bind", "BindOptions", request.bind());
        refuseForeign(type, "volume", "VolumeOptions", request.volume());
        refuseForeign(type, "tmpfs", "TmpfsOptions", request.tmpfs());
        refuseForeign(type, "image", "ImageOptions", request.image());
    }

    private static void refuseForeign(String type, String own, String field, @Nullable Object options) {
        if (options != null && !type.equals(own)) {
            throw bad(type, "field " + field + " must not be specified");
        }
    }

    private static Planned bind(MountRequest request, String target) {
        if (request.source().isEmpty()) {
            throw bad("bind", "field Source must not be empty");
        }
        if (!request.source().startsWith("/")) {
            throw bad("bind", "invalid mount path: '" + request.source() + "' mount path must be absolute");
        }
        StorageRequest.BindOptions options = request.bind();
        Propagation propagation = Propagation.PRIVATE;
        ReadOnly readOnly = request.readOnly() ? ReadOnly.ALL : ReadOnly.NOTHING;
        boolean recursive = true;
        boolean create = false;
        if (options != null) {
            if (!options.propagation().isEmpty() && !PROPAGATIONS.containsKey(options.propagation())) {
                throw bad("bind", "invalid propagation mode: " + options.propagation());
            }
            propagation = PROPAGATIONS.getOrDefault(options.propagation(), Propagation.PRIVATE);
            recursive = !options.nonRecursive();
            create = options.createMountpoint();
            boolean top = options.readOnlyNonRecursive();
            boolean force = options.readOnlyForceRecursive();
            if ((top || force) && !request.readOnly()) {
                throw bad(
                        "bind",
                        "mount options conflict: ReadOnlyNonRecursive and ReadOnlyForceRecursive need ReadOnly");
            }
            if (top && force) {
                throw bad("bind", "mount options conflict: ReadOnlyNonRecursive and ReadOnlyForceRecursive");
            }
            if (force && propagation != Propagation.PRIVATE) {
                throw bad("bind", "ReadOnlyForceRecursive requires BindOptions.Propagation rprivate");
            }
            readOnly = top ? ReadOnly.TOP : readOnly;
        }
        MountPoint point = new MountPoint(
                Kind.BIND,
                normal(request.source()),
                target,
                "",
                readOnly,
                recursive,
                propagation,
                "",
                false,
                create,
                0,
                List.of());
        return new Planned(point, null);
    }

    private static Planned volume(MountRequest request, String target, String driver) {
        StorageRequest.VolumeOptions options = request.volume();
        if (!request.source().isEmpty()) {
            VolumeNames.checked(request.source());
        }
        String subpath = options == null ? "" : options.subpath();
        if (!subpath.isEmpty() && request.source().isEmpty()) {
            throw bad("volume", "must not set Subpath when using anonymous volumes");
        }
        checkSubpath(subpath, "volume");
        Wanted wanted = options == null
                ? new Wanted("", request.source(), driver, Map.of(), Map.of())
                : new Wanted(
                        "",
                        request.source(),
                        options.driver().isEmpty() ? driver : options.driver(),
                        options.driverOptions(),
                        options.labels());
        boolean copied = subpath.isEmpty() && (options == null || !options.noCopy());
        return new Planned(volume(target, "z", request.readOnly(), subpath, copied), wanted);
    }

    private static Planned image(MountRequest request, String target) {
        if (request.source().isEmpty()) {
            throw bad("image", "field Source must not be empty");
        }
        String subpath = request.image() == null ? "" : request.image().subpath();
        checkSubpath(subpath, "image");
        MountPoint point = new MountPoint(
                Kind.IMAGE,
                request.source(),
                target,
                "",
                ReadOnly.ALL,
                false,
                Propagation.PRIVATE,
                subpath,
                false,
                false,
                0,
                List.of());
        return new Planned(point, null);
    }

    private static void checkSubpath(String subpath, String type) {
        if (subpath.startsWith("/") || List.of(subpath.split("/")).contains("..")) {
            throw bad(type, "subpath must be a relative path within the " + type + ": " + subpath);
        }
    }

    private static MountPoint memory(MountRequest request, String target) {
        if (!request.source().isEmpty()) {
            throw bad("tmpfs", "field Source must not be specified");
        }
        List<String> words = new ArrayList<>();
        StorageRequest.TmpfsOptions options = request.tmpfs();
        if (options != null) {
            if (options.sizeBytes() < 0) {
                throw bad("tmpfs", "TmpfsOptions.SizeBytes must not be negative: " + options.sizeBytes());
            }
            if (options.sizeBytes() > 0) {
                words.add("size=" + options.sizeBytes());
            }
            if (options.mode() != 0) {
                words.add("mode=" + Integer.toOctalString(options.mode()));
            }
            for (List<String> option : options.options()) {
                if (option.isEmpty() || option.size() > 2) {
                    throw bad("tmpfs", "invalid option array length in TmpfsOptions.Options: " + option);
                }
                words.add(String.join("=", option));
            }
        }
        return memory(target, String.join(",", words), request.readOnly());
    }

    private static MountPoint memory(String target, String words, boolean readOnly) {
        MemoryOptions options = MemoryOptions.parse(words);
        return new MountPoint(
                Kind.TMPFS,
                "",
                target,
                "",
                readOnly || options.readOnly() ? ReadOnly.ALL : ReadOnly.NOTHING,
                false,
                Propagation.PRIVATE,
                "",
                false,
                false,
                options.attributes(),
                options.data());
    }

    /** A filesystem in memory in the shorter form. */
    static Planned tmpfs(String target, String options) {
        return new Planned(memory(target(target, "tmpfs"), options, false), null);
    }

    /** A place that the image or the user wants a new volume for. */
    static Planned anonymous(String target, String driver) {
        String place = target.startsWith("/") ? target : "/" + target;
        return new Planned(
                volume(target(place, "volume"), "", false, "", true), new Wanted("", "", driver, Map.of(), Map.of()));
    }

    private static MountPoint volume(String target, String mode, boolean readOnly, String subpath, boolean copied) {
        return new MountPoint(
                Kind.VOLUME,
                "",
                target,
                mode,
                readOnly ? ReadOnly.ALL : ReadOnly.NOTHING,
                true,
                Propagation.PRIVATE,
                subpath,
                copied,
                false,
                0,
                List.of());
    }

    /** Takes a mount to the others. Fails where two want one place. */
    static void add(Map<String, Planned> all, Planned planned) {
        if (all.putIfAbsent(planned.point().target(), planned) != null) {
            throw EngineException.invalid(
                    "Duplicate mount point: " + planned.point().target());
        }
    }

    static Map<String, Planned> none() {
        return new LinkedHashMap<>();
    }

    private static String target(String path, String type) {
        if (path.indexOf('\0') >= 0) {
            throw bad(type, "a path contains a NUL character");
        }
        if (!path.startsWith("/")) {
            throw bad(type, "invalid mount path: '" + path + "' mount path must be absolute");
        }
        String normal = normal(path);
        if (normal.equals("/")) {
            throw bad(type, "invalid specification: destination can't be '/'");
        }
        if (normal.startsWith("/proc/") && !PROC_FILES.contains(normal)
                || normal.equals("/proc") && !type.equals("bind")) {
            throw bad(type, "invalid mount path: '" + normal + "' cannot be mounted because it is inside /proc");
        }
        return normal;
    }

    /** The path without dots, doubled slashes and a slash at its end. */
    static String normal(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/", -1)) {
            if (part.equals("..")) {
                if (!parts.isEmpty()) {
                    parts.remove(parts.size() - 1);
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    private static EngineException bad(String type, String reason) {
        return EngineException.invalid("invalid mount config for type \"" + type + "\": " + reason);
    }
}
