package dev.lighter.launch;

import static dev.lighter.launch.Arg.NULL;
import static dev.lighter.launch.Arg.ZERO;
import static dev.lighter.launch.Flags.AT_FDCWD;
import static dev.lighter.launch.Flags.NO_DATA;

import dev.lighter.launch.Step.Label;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of a container's program that hides files and directories, or makes them read-only. What of the kernel's files are directories
 * is known, so that they are hidden behind an empty directory that all of them share; with any other path the program looks.
 */
final class MaskedPaths {
    /** The directories among the paths that are usually masked. */
    private static final Set<String> DIRECTORIES =
            Set.of("/proc/asound", "/proc/acpi", "/proc/scsi", "/sys/firmware", "/sys/devices/virtual/powercap");

    private static final Set<String> KNOWN = Set.copyOf(LaunchIsolation.USUALLY_MASKED);
    private static final long O_PATH_CLOEXEC = 010000000 | 02000000;
    private static final long O_DIRECTORY = 0200000;
    private static final Arg READ_ONLY_ANYWHERE =
            Arg.named(Flags.MS_REMOUNT | Flags.MS_BIND | Flags.MS_RDONLY, "MS_REMOUNT|MS_BIND|MS_RDONLY");

    private final ProgramBuilder program;
    private final List<String> masked;
    private final List<String> readOnly;
    private final Data place;
    private final Map<String, Data> covers = new HashMap<>();

    MaskedPaths(ProgramBuilder program, LaunchIsolation.KernelFiles files) {
        this.program = program;
        this.masked = files.masked();
        this.readOnly = files.readOnly();
        this.place = program.zeros(8);
    }

    /** Takes as many mounts of an empty directory as there will be use for; where that directory can still be named. */
    void prepare(EmptyDirectory empty) {
        for (String path : masked) {
            if (DIRECTORIES.contains(path)) {
                Label next = new Label();
                ifThere(path, 0, next);
                covers.put(path, empty.mount());
                program.mark(next);
            }
        }
    }

    /** Gives a mount of an empty directory, attached nowhere yet. */
    interface EmptyDirectory {
        Data mount();
    }

    /** Covers the paths, when all that is to be mounted is mounted. */
    void write() {
        masked.forEach(this::mask);
        for (String path : readOnly) {
            Label next = new Label();
            ifThere(path, 0, next);
            boolean kernels = path.startsWith("/proc/") || path.startsWith("/sys/");
            mount(path, path, NULL, Flags.BIND_ALL);
            mount(null, path, NULL, kernels ? Flags.READ_ONLY_REMOUNT : READ_ONLY_ANYWHERE)
                    .why("makes " + path + " read-only");
            program.mark(next);
        }
    }

    private void mask(String path) {
        Label next = new Label();
        Data cover = covers.get(path);
        if (cover != null) {
            ifThere(path, 0, next);
            RootFilesystem.moveTree(program, cover, path).why("hides " + path);
            mount(null, path, NULL, Flags.READ_ONLY_REMOUNT);
        } else if (KNOWN.contains(path)) {
            ifThere(path, 0, next);
            mount("/dev/null", path, NULL, Flags.BIND).why("hides " + path);
        } else {
            Label file = new Label();
            ifThere(path, O_DIRECTORY, file);
            program.call(
                            "mount",
                            program.string("tmpfs"),
                            program.string(path),
                            program.string("tmpfs"),
                            Flags.READ_ONLY_MOUNT,
                            program.string("size=0k"))
                    .why("hides the directory " + path);
            program.call("getpid").then(next);
            program.mark(file);
            ifThere(path, 0, next);
            mount("/dev/null", path, NULL, Flags.BIND).why("hides " + path);
        }
        program.mark(next);
    }

    private void ifThere(String path, long more, Label otherwise) {
        program.call(
                        "openat",
                        AT_FDCWD,
                        program.string(path),
                        Arg.named(
                                O_PATH_CLOEXEC | more, more == 0 ? "O_PATH|O_CLOEXEC" : "O_PATH|O_DIRECTORY|O_CLOEXEC"),
                        ZERO)
                .into(place, 0)
                .whenBelow(otherwise)
                .why("is it there?");
        program.call("close", Arg.valueAt(place, 0, "fd"));
    }

    private Step mount(@Nullable String source, String target, Arg type, Arg flags) {
        return program.call(
                "mount", source == null ? NULL : program.string(source), program.string(target), type, flags, NO_DATA);
    }
}
