package dev.lighter.launch;

import static dev.lighter.launch.Arg.ZERO;
import static dev.lighter.launch.Arg.named;
import static dev.lighter.launch.Arg.number;
import static dev.lighter.launch.Flags.AT_FDCWD;
import static dev.lighter.launch.Flags.octal;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The part of a container's program that makes its device files: those of {@code /dev} in a filesystem of its own that no image has touched,
 * others in the new root, in place of what the image has there.
 */
final class DeviceNodes {
    private static final long S_IFCHR = 0020000;
    private static final long S_IFBLK = 0060000;
    private static final Path DEV = Path.of("/dev");

    private static final List<DeviceNode> USUAL = List.of(
            usual("null", 1, 3),
            usual("zero", 1, 5),
            usual("full", 1, 7),
            usual("random", 1, 8),
            usual("urandom", 1, 9),
            usual("tty", 5, 0));

    private final ProgramBuilder program;
    private final Map<Path, DeviceNode> inDev = new LinkedHashMap<>();
    private final Map<Path, DeviceNode> elsewhere = new LinkedHashMap<>();

    DeviceNodes(ProgramBuilder program, List<DeviceNode> further) {
        this.program = program;
        USUAL.forEach(this::add);
        further.forEach(this::add);
    }

    private static DeviceNode usual(String name, int major, int minor) {
        return new DeviceNode("/dev/" + name, 'c', major, minor, 0666, 0, 0, "");
    }

    private void add(DeviceNode node) {
        // Without dots: the path is made before the root is the container's.
        Path path = Path.of(node.path()).normalize();
        (path.startsWith(DEV) && !path.equals(DEV) ? inDev : elsewhere).put(path, node);
    }

    /** Makes those of {@code /dev} in the directory that will be there, in which there is nothing yet. */
    void makeIn(String directory) {
        inDev.forEach((path, node) -> {
            Path relative = DEV.relativize(path);
            for (int i = 1; i < relative.getNameCount(); i++) {
                makeDirectory(directory + "/" + relative.subpath(0, i));
            }
            make(directory + "/" + relative, node);
        });
    }

    /** Makes the others, when the container's root is the root. */
    void makeElsewhere() {
        elsewhere.forEach((path, node) -> {
            for (int i = 1; i < path.getNameCount(); i++) {
                makeDirectory("/" + path.subpath(0, i));
            }
            program.call("unlinkat", AT_FDCWD, program.string(path.toString()), ZERO)
                    .ignoringFailure()
                    .why("what the image has in the device's place");
            make(path.toString(), node);
        });
    }

    private void make(String path, DeviceNode node) {
        long type = node.type() == 'b' ? S_IFBLK : S_IFCHR;
        String shown = (node.type() == 'b' ? "S_IFBLK|0" : "S_IFCHR|0") + Integer.toOctalString(node.mode());
        program.call(
                        "mknodat",
                        AT_FDCWD,
                        program.string(path),
                        named(type | node.mode(), shown),
                        named(node.number(), "makedev(" + node.major() + ", " + node.minor() + ")"))
                .why("the device " + node.path());
        if (node.uid() != 0 || node.gid() != 0) {
            program.call("fchownat", AT_FDCWD, program.string(path), number(node.uid()), number(node.gid()), ZERO)
                    .why("with the owner and group it has on the host");
        }
    }

    private void makeDirectory(String path) {
        program.call("mkdirat", AT_FDCWD, program.string(path), octal(0755)).ignoringFailure();
    }
}
