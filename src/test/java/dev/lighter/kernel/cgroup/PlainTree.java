package dev.lighter.kernel.cgroup;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** A plain directory that behaves like a tree of control groups as far as tests need it, and remembers what was written. */
class PlainTree extends ControlFiles {
    private final Path root;
    private final Map<String, String> newGroup;
    private final Map<String, Integer> refusals = new HashMap<>();
    private final Map<String, Integer> failures = new HashMap<>();
    private final Set<Path> marked = new HashSet<>();
    final List<String> written = new ArrayList<>();

    /** A tree at {@code root} whose new groups have these files. */
    PlainTree(Path root, Map<String, String> newGroup) {
        super(Fd.O_WRONLY | Fd.O_TRUNC);
        this.root = root;
        this.newGroup = newGroup;
    }

    /** Makes a group that was there before us. */
    Path existing(String path, Map<String, String> content) throws IOException {
        Path group = Files.createDirectories(root.resolve(path));
        for (Map.Entry<String, String> file : newGroup.entrySet()) {
            Files.writeString(group.resolve(file.getKey()), file.getValue());
        }
        for (Map.Entry<String, String> file : content.entrySet()) {
            Files.writeString(group.resolve(file.getKey()), file.getValue());
        }
        return group;
    }

    /** From now on a write to this file fails, as often as told. */
    void refuse(String path, int times) {
        refusals.put(path, times);
    }

    @Override
    void makeDirectory(Path directory) throws ErrnoException {
        super.makeDirectory(directory);
        try {
            for (Map.Entry<String, String> file : newGroup.entrySet()) {
                Files.writeString(directory.resolve(file.getKey()), file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    void mark(Path directory) {
        marked.add(directory);
    }

    @Override
    boolean isMarked(Path directory) {
        return marked.contains(directory);
    }

    /** From now on a write to this file fails with this error. */
    void fail(String path, int errno) {
        failures.put(path, errno);
    }

    @Override
    void write(Path file, String value) throws ErrnoException {
        String path = root.relativize(file).toString();
        if (refusals.merge(path, -1, Integer::sum) >= 0) {
            throw new ErrnoException("write", path, Errno.EBUSY);
        }
        Integer failure = failures.get(path);
        if (failure != null) {
            throw new ErrnoException("write", path, failure);
        }
        super.write(file, value);
        written.add(path + " <- " + value);
    }

    @Override
    void writeAll(Path file, List<String> values) throws ErrnoException {
        for (String value : values) {
            write(file, value);
        }
    }

    @Override
    long removeDirectory(Path directory) {
        if (Files.isDirectory(directory)) {
            try (Stream<Path> content = Files.list(directory)) {
                for (Path file : content.filter(Files::isRegularFile).toList()) {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return super.removeDirectory(directory);
    }
}
