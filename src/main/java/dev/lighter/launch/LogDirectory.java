package dev.lighter.launch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where a container's log lies: numbered segments, directories below {@code logs}, and {@code log}, a link to the one that is written. A
 * segment has the bytes of each stream and an {@link LogRecord index}. Once the link has moved on a segment never changes, but for being
 * replaced, whole, by its compressed form {@code N.zst}, and being removed. A value; see the decision record on bounded logs.
 */
public record LogDirectory(Path container) {
    /** The files of a segment, under the same names in both forms. */
    public static final String OUT = "out";

    public static final String ERR = "err";
    public static final String INDEX = "index";

    static final int FIRST = 1;
    private static final String COMPRESSED = ".zst";
    private static final String UNFINISHED = ".new";
    private static final Pattern NAME = Pattern.compile("([1-9]\\d{0,8})(\\.zst)?");
    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** The segment that is written. */
    public Path current() {
        return container.resolve(ContainerFiles.LOG);
    }

    private Path segments() {
        return container.resolve(ContainerFiles.LOGS);
    }

    /** A segment as it was written. */
    public Path segment(int number) {
        return segments().resolve(Integer.toString(number));
    }

    /** A segment that has been compressed. */
    public Path compressed(int number) {
        return segments().resolve(number + COMPRESSED);
    }

    /** A segment that is being compressed; what an engine leaves here is removed by the next one. */
    public Path unfinished(int number) {
        return segments().resolve(number + COMPRESSED + UNFINISHED);
    }

    /** The number of the segment that is written. */
    public int number() throws IOException {
        return Integer.parseInt(
                Files.readSymbolicLink(current()).getFileName().toString());
    }

    /** The numbers of all segments, the one that is written last. */
    public NavigableSet<Integer> numbers() throws IOException {
        int last = number();
        return all().headSet(last, true);
    }

    private TreeSet<Integer> all() throws IOException {
        TreeSet<Integer> numbers = new TreeSet<>();
        try (Stream<Path> entries = Files.list(segments())) {
            entries.forEach(entry -> {
                Matcher name = NAME.matcher(entry.getFileName().toString());
                if (name.matches()) {
                    numbers.add(Integer.valueOf(name.group(1)));
                }
            });
        }
        return numbers;
    }

    /** Makes the next segment and lets the link lead to it, which happens at once: whoever opens the log meets one or the other. */
    void begin(int number, ByteBuffer firstRecord) throws IOException {
        Path segment = segment(number);
        make(segment);
        Files.write(segment.resolve(INDEX), firstRecord.array());
        link(number);
    }

    private static void make(Path segment) throws IOException {
        if (!Files.isDirectory(segment)) {
            Files.createDirectory(segment, PRIVATE);
        }
        for (String name : new String[] {OUT, ERR, INDEX}) {
            try {
                Files.createFile(segment.resolve(name));
            } catch (FileAlreadyExistsException e) {
                continue;
            }
        }
    }

    private void link(int number) throws IOException {
        Path link = container.resolve(ContainerFiles.LOG + UNFINISHED);
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, Path.of(ContainerFiles.LOGS, Integer.toString(number)));
        Files.move(link, current(), StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Finishes or undoes what an engine that was killed had begun. To be called while nobody writes. Gives whether there is more than one
     * segment.
     */
    boolean settle() throws IOException {
        Files.createDirectories(segments(), PRIVATE);
        TreeSet<Integer> numbers = all();
        int last;
        if (Files.isSymbolicLink(current())) {
            last = number();
            make(segment(last));
        } else {
            setAside();
            last = numbers.isEmpty() ? FIRST : numbers.last();
            make(segment(last));
            link(last);
        }
        try (Stream<Path> entries = Files.list(segments())) {
            for (Path entry : entries.toList()) {
                Matcher name = NAME.matcher(entry.getFileName().toString());
                boolean known = name.matches();
                int number = known ? Integer.parseInt(name.group(1)) : 0;
                boolean plain = known && name.group(2) == null;
                if (!known || number > last || plain && Files.exists(compressed(number))) {
                    remove(entry);
                }
            }
        }
        return !numbers.headSet(last, false).isEmpty();
    }

    /** A log of a time before there were segments cannot be read any more; it stays with its container. */
    private void setAside() throws IOException {
        if (Files.isDirectory(current(), LinkOption.NOFOLLOW_LINKS)) {
            Files.move(current(), container.resolve("log-without-segments"));
        }
    }

    /** Removes a segment with its files; does nothing where there is none. */
    public static void remove(Path segment) throws IOException {
        try (Stream<Path> files = Files.list(segment)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException gone) {
            return;
        } catch (NotDirectoryException file) {
            Files.deleteIfExists(segment);
            return;
        }
        Files.deleteIfExists(segment);
    }
}
