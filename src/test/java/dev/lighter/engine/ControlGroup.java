package dev.lighter.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The version 1 control groups of a process, read from outside: what an engine says of limits against what the kernel says. */
public record ControlGroup(long pid) {
    private static final Path TREES = Path.of("/sys/fs/cgroup");

    /** Whether this machine has them. */
    public static boolean isVersion1() {
        return Files.isDirectory(TREES.resolve("memory")) && Files.isDirectory(TREES.resolve("cpu"));
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
        return Files.readString(of(file.substring(0, file.indexOf('.'))).resolve(file)).strip();
    }
}
