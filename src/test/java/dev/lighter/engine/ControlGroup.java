package dev.lighter.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The version 1 control groups of a process, read from outside: what an engine says of limits against what the kernel says. */
public record ControlGroup(long pid) {
    private static final Path TREES = Path.of("/sys/fs/cgroup");

    /** Whether this machine has them. */
    public static boolean isVersion1() {
        return Files.isDirectory(TREES.resolve("memory")) && Files.isDirectory(TREES.resolve("cpu"));
    }

    /** Skips a test that looks at files of version 1, with a sentence, on a machine that has none. */
    public static void assumeVersion1() {
        assumeThere(isVersion1(), "this machine has no control groups of version 1");
    }

    /** Skips a test, with a sentence, where the machine lacks what it needs. */
    public static void assumeThere(boolean there, String missing) {
        if (!there) {
            System.out.println("A test of limits is skipped: " + missing);
        }
        Assumptions.assumeTrue(there, missing);
    }

    /** The process's group in the tree of a controller. */
    public Path of(String controller) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/cgroup"))) {
            String[] fields = line.split(":", 3);
            if (List.of(fields[1].split(",")).contains(controller)) {
                return TREES.resolve(controller).resolve(fields[2].substring(1));
            }
        }
        throw new IOException("process " + pid + " is in no tree of " + controller);
    }

    /** What a file says, such as {@code memory.limit_in_bytes}; its controller is the part before the first dot. */
    public String read(String file) throws IOException {
        return Files.readString(of(file.substring(0, file.indexOf('.'))).resolve(file))
                .strip();
    }
}
