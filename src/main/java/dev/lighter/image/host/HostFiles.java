package dev.lighter.image.host;

import dev.lighter.kernel.Arch;
import dev.lighter.kernel.Elf;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds, for files of this host, all that they need to run: the libraries the dynamic loader would find, the loader, the interpreters
 * of scripts, and every symbolic link on the way. What {@link HostSecrets} keeps back is never among them. Belongs to one thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man8/ld.so.8.html">ld.so(8)</a>
 */
public final class HostFiles {
    private static final List<Path> COMMAND_DIRECTORIES = Stream.of(
                    "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
            .map(Path::of)
            .toList();
    private static final List<String> STANDARD_DIRECTORIES = List.of("/lib64", "/usr/lib64", "/lib", "/usr/lib");
    private static final Logger LOG = LoggerFactory.getLogger(HostFiles.class);
    private static final int MOST_LINKS = 40;
    private static final int LONGEST_FIRST_LINE = 256;

    /** Where the loader looks without being told, ld.so(8); Debian's has its architecture's directories built in. */
    private static final Pattern BUILT_IN = Pattern.compile("(/usr)?/lib(64)?(/[^/]+-linux-gnu[^/]*)?");

    private final SortedSet<Path> wanted = new TreeSet<>();
    private final SortedSet<Path> directories = new TreeSet<>();
    private final Set<Path> searched = new HashSet<>();
    private final SortedMap<Path, String> leftOut = new TreeMap<>();
    private final HostSecrets secrets;
    private final List<Path> libraryDirectories;
    private boolean configuredLibraries;

    /** Begins with nothing. */
    public HostFiles(HostSecrets secrets) throws IOException {
        this.secrets = secrets;
        LinkedHashSet<Path> searchedForLibraries = new LinkedHashSet<>();
        readLoaderConfiguration(Path.of("/etc/ld.so.conf"), searchedForLibraries, 0);
        STANDARD_DIRECTORIES.forEach(directory -> searchedForLibraries.add(Path.of(directory)));
        libraryDirectories = List.copyOf(searchedForLibraries);
    }

    /** All that was found: files and symbolic links, sorted, no directories. */
    public SortedSet<Path> found() {
        return wanted;
    }

    /** The directories that were asked for by themselves. */
    SortedSet<Path> directories() {
        return directories;
    }

    /** What was found and is kept back, with the reason. */
    SortedMap<Path, String> leftOut() {
        return leftOut;
    }

    /** Keeps something back. */
    void leaveOut(Path path, String reason) {
        leftOut.put(path, reason);
    }

    /** Whether a library lies where only the loader's configuration leads, so that an image needs {@code /etc/ld.so.cache}, too. */
    boolean needsLoaderCache() {
        return configuredLibraries;
    }

    /** Adds a command with what it needs. Gives where it is, or null where the host does not have it. */
    @Nullable
    Path addCommand(String name) throws IOException {
        for (Path directory : COMMAND_DIRECTORIES) {
            Path file = directory.resolve(name);
            if (Files.isExecutable(file) && Files.isRegularFile(file)) {
                add(file);
                return file;
            }
        }
        return null;
    }

    /** Adds a library of this name with what it needs, where the loader would find one. */
    public void addLibrary(String name) throws IOException {
        for (Path directory : libraryDirectories) {
            add(directory.resolve(name));
        }
    }

    /**
     * Adds a command with what it needs, where the host has it; but leaves out one that is broken or that would make all files together
     * larger than {@code mostBytes}.
     */
    public void tryCommand(String name, long mostBytes) throws IOException {
        Set<Path> wantedBefore = Set.copyOf(wanted);
        Set<Path> searchedBefore = Set.copyOf(searched);
        String reason = "it would make the image too large";
        try {
            if (addCommand(name) == null || sizeBytes() <= mostBytes) {
                return;
            }
        } catch (IOException e) {
            reason = String.valueOf(e.getMessage());
        }
        LOG.info("The command {} is left out: {}", name, reason);
        wanted.retainAll(wantedBefore);
        searched.retainAll(searchedBefore);
    }

    /** How many bytes the files have that were found. */
    long sizeBytes() throws IOException {
        long size = 0;
        for (Path file : wanted) {
            size += Files.isSymbolicLink(file) ? 0 : Files.size(file);
        }
        return size;
    }

    /** Adds a file with what it needs, or a directory without what is in it; does nothing where there is neither. */
    public void add(Path path) throws IOException {
        Path file = follow(path);
        if (file == null || directories.contains(file) || !searched.add(file)) {
            return;
        }
        Optional<Elf> elf = Elf.read(file);
        if (elf.isEmpty()) {
            addInterpreter(file);
            return;
        }
        if (!elf.get().interpreter().isEmpty()) {
            add(Path.of(elf.get().interpreter()));
        }
        for (String library : elf.get().needed()) {
            addLibrary(library, elf.get(), file);
        }
    }

    private void addLibrary(String name, Elf user, Path file) throws IOException {
        List<Path> places = new ArrayList<>();
        Path origin = file.getParent();
        for (String place : user.searchPaths()) {
            if (origin != null && !place.isEmpty()) {
                places.add(Path.of(place.replace("${ORIGIN}", origin.toString()).replace("$ORIGIN", origin.toString()))
                        .normalize());
            }
        }
        places.addAll(libraryDirectories);
        for (Path place : places) {
            Path library = name.contains("/") ? Path.of(name) : place.resolve(name);
            if (Files.isRegularFile(library)
                    && Elf.read(library).map(Elf::machine).orElse(0)
                            == Arch.host().elfMachine()) {
                add(library);
                configuredLibraries |= !place.equals(origin)
                        && libraryDirectories.contains(place)
                        && !BUILT_IN.matcher(place.toString()).matches();
                return;
            }
        }
    }

    private void addInterpreter(Path script) throws IOException {
        byte[] start;
        try (InputStream in = Files.newInputStream(script)) {
            start = in.readNBytes(LONGEST_FIRST_LINE);
        }
        if (start.length < 3 || start[0] != '#' || start[1] != '!') {
            return;
        }
        String line = new String(start, 2, start.length - 2, StandardCharsets.ISO_8859_1);
        String[] words = line.substring(0, Math.max(0, (line + "\n").indexOf('\n')))
                .strip()
                .split("\\s+");
        if (words[0].startsWith("/")) {
            add(Path.of(words[0]));
        }
        if (words[0].endsWith("/env") && words.length > 1 && addCommand(words[1]) == null) {
            LOG.debug("{} wants {}, which this host does not have", script, words[1]);
        }
    }

    /**
     * Adds every symbolic link on the way to a file or directory, and what they lead to. Gives where it really is, or null where there is
     * neither, or where it is kept back.
     */
    private @Nullable Path follow(Path path) throws IOException {
        Path todo = path.toAbsolutePath().normalize();
        for (int links = 0; links < MOST_LINKS; links++) {
            Path link = firstLink(todo);
            if (link == null) {
                return addReal(todo) ? todo : null;
            }
            wanted.add(link);
            Path parent = link.getParent();
            Path target = Files.readSymbolicLink(link);
            Path resolved = parent == null ? target : parent.resolve(target);
            todo = resolved.resolve(link.relativize(todo)).normalize();
        }
        return null;
    }

    private boolean addReal(Path real) throws IOException {
        boolean directory = Files.isDirectory(real, LinkOption.NOFOLLOW_LINKS);
        if (!directory && !Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        String reason = secrets.reason(real);
        if (reason != null) {
            if (!directory) {
                leaveOut(real, reason);
            }
            return false;
        }
        if (directory) {
            directories.add(real);
        } else {
            wanted.add(real);
        }
        return true;
    }

    private static @Nullable Path firstLink(Path path) {
        Path current = Path.of("/");
        for (Path name : path) {
            current = current.resolve(name);
            if (Files.isSymbolicLink(current)) {
                return current;
            }
        }
        return null;
    }

    private static void readLoaderConfiguration(Path file, Set<Path> directories, int depth) throws IOException {
        if (!Files.isRegularFile(file) || depth > 8) {
            return;
        }
        for (String raw : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
            String line = raw.replaceFirst("#.*", "").strip();
            if (line.startsWith("include ")) {
                Path pattern = Path.of("/etc").resolve(line.substring(8).strip());
                Path parent = pattern.getParent();
                Path name = pattern.getFileName();
                if (parent != null && name != null && Files.isDirectory(parent)) {
                    TreeSet<Path> included = new TreeSet<>();
                    try (DirectoryStream<Path> matches = Files.newDirectoryStream(parent, name.toString())) {
                        matches.forEach(included::add);
                    }
                    for (Path one : included) {
                        readLoaderConfiguration(one, directories, depth + 1);
                    }
                }
            } else if (line.startsWith("/")) {
                directories.add(Path.of(line));
            }
        }
    }
}
