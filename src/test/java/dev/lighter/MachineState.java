package dev.lighter;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.nft.Nftables;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What a test run could leave behind on a machine: taken before and after, the difference must be empty. {@code main} saves a state to a
 * file or compares with one, so that a script can put it around a whole run:
 * {@code java -cp … dev.lighter.MachineState save|compare FILE}; compare prints what is left and ends with 1 when anything is.
 *
 * @param kinds for each kind of thing, such as {@code mount}, all there are
 */
public record MachineState(SortedMap<String, SortedSet<String>> kinds) {
    private static final Path PROC = Path.of("/proc");
    private static final String OURS = "lighter";
    private static final String STUB = "/memfd:lighter";
    private static final List<Path> FILE_PLACES = Stream.of(
                    "/run", "/var/lib", "/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue")
            .map(Path::of)
            .toList();
    /** How files begin that the engine, the libraries it uses, or the tests' browser make. */
    private static final List<String> FILE_NAMES = List.of(
            OURS,
            ".lighter",
            "junit",
            "tomcat",
            "jffi",
            "libzstd",
            "docker",
            "org.chromium",
            ".org.chromium",
            "scoped_dir");

    private static final List<String> SETTINGS = List.of(
            "ipv4/ip_forward",
            "ipv6/conf/all/forwarding",
            "ipv6/conf/default/forwarding",
            "ipv6/conf/all/accept_ra",
            "ipv4/neigh/default/gc_thresh1",
            "ipv4/neigh/default/gc_thresh2",
            "ipv4/neigh/default/gc_thresh3",
            "ipv6/neigh/default/gc_thresh1",
            "ipv6/neigh/default/gc_thresh2",
            "ipv6/neigh/default/gc_thresh3");
    private static final int WRONG_USE = 2;

    /** The state of this machine now. */
    static MachineState capture() throws IOException {
        SortedMap<String, SortedSet<String>> kinds = new TreeMap<>();
        kinds.put("mount", mounts());
        kinds.put("control group", controlGroups());
        kinds.put("network link", names(Path.of("/sys/class/net"), name -> true));
        kinds.put("network namespace", networkNamespaces());
        kinds.put("process", processes());
        kinds.put("packet filter table", packetFilterTables());
        kinds.put("host setting", settings());
        kinds.put("loop device", loopDevices());
        kinds.put("file", files());
        return new MachineState(kinds);
    }

    /** What is in this state and was not in the one before, one line each. */
    List<String> leftSince(MachineState before) {
        return kinds.entrySet().stream()
                .flatMap(kind -> kind.getValue().stream()
                        .filter(one -> !before.kinds
                                .getOrDefault(kind.getKey(), new TreeSet<>())
                                .contains(one))
                        .map(one -> kind.getKey() + ": " + one))
                .toList();
    }

    /** One line per thing: kind, tab, thing. */
    List<String> lines() {
        return kinds.entrySet().stream()
                .flatMap(kind -> kind.getValue().stream().map(one -> kind.getKey() + "\t" + one))
                .toList();
    }

    /** The inverse of {@link #lines}. */
    static MachineState parse(List<String> lines) {
        SortedMap<String, SortedSet<String>> kinds = new TreeMap<>();
        for (String line : lines) {
            String[] parts = line.split("\t", 2);
            if (parts.length != 2) {
                throw new IllegalArgumentException("not a line of a saved machine state: " + line);
            }
            kinds.computeIfAbsent(parts[0], kind -> new TreeSet<>()).add(parts[1]);
        }
        return new MachineState(kinds);
    }

    private static SortedSet<String> mounts() throws IOException {
        SortedSet<String> mounts = new TreeSet<>();
        for (String line : Files.readAllLines(PROC.resolve("self/mountinfo"))) {
            String[] halves = line.split(" - ", 2);
            String mount = halves[0].split(" ")[4] + " " + halves[1].split(" ")[0];
            // The same may be mounted on the same place again.
            for (int times = 2; !mounts.add(mount); times++) {
                mount = mount.replaceFirst("( \\(\\d+\\))?$", " (" + times + ")");
            }
        }
        return mounts;
    }

    private static SortedSet<String> controlGroups() throws IOException {
        SortedSet<String> groups = new TreeSet<>();
        for (String line : Files.readAllLines(PROC.resolve("self/mountinfo"))) {
            if (line.contains(" - cgroup")) {
                Files.walkFileTree(Path.of(line.split(" ")[4]), new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                        if (directory.toString().contains("/" + OURS)) {
                            groups.add(directory.toString());
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                        if (e instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw e;
                    }
                });
            }
        }
        return groups;
    }

    /** The namespaces that processes of ours are in, and this one's own. */
    private static SortedSet<String> networkNamespaces() throws IOException {
        SortedSet<String> namespaces = new TreeSet<>();
        link(PROC.resolve("self/ns/net")).ifPresent(namespaces::add);
        for (Path process : ourProcesses()) {
            link(process.resolve("ns/net")).ifPresent(namespaces::add);
        }
        return namespaces;
    }

    private static SortedSet<String> processes() throws IOException {
        SortedSet<String> processes = new TreeSet<>();
        for (Path process : ourProcesses()) {
            String command = command(process);
            processes.add(process.getFileName() + " "
                    + (command.isEmpty() ? link(process.resolve("exe")).orElse("") : command));
        }
        return processes;
    }

    /** Processes that can only be ours: monitors, what is in one of our control groups, and what runs our classes. */
    private static List<Path> ourProcesses() throws IOException {
        String self = Long.toString(ProcessHandle.current().pid());
        return processDirectories().stream()
                .filter(process -> !process.endsWith(self))
                .filter(process -> link(process.resolve("exe")).orElse("").startsWith(STUB)
                        || content(process.resolve("cgroup")).contains("/" + OURS)
                        || command(process).contains("dev.lighter.Application"))
                .toList();
    }

    private static String command(Path process) {
        return content(process.resolve("cmdline")).replace('\0', ' ').strip();
    }

    private static List<Path> processDirectories() throws IOException {
        return names(PROC, name -> name.chars().allMatch(Character::isDigit)).stream()
                .map(PROC::resolve)
                .toList();
    }

    /** Family and name of each table; none where the kernel has no packet filter. */
    private static SortedSet<String> packetFilterTables() throws IOException {
        SortedSet<String> tables = new TreeSet<>();
        try (Nftables nftables = Nftables.open()) {
            nftables.tables().forEach(table -> tables.add(table.toString()));
        } catch (ErrnoException e) {
            if (!e.is(Errno.EPROTONOSUPPORT) && !e.is(Errno.EOPNOTSUPP) && !e.is(Errno.EINVAL)) {
                throw e;
            }
        }
        return tables;
    }

    /** What an engine changes while its networks need it. */
    private static SortedSet<String> settings() {
        SortedSet<String> settings = new TreeSet<>();
        for (String name : SETTINGS) {
            settings.add(name + "=" + setting(Path.of("/proc/sys/net", name)));
        }
        return settings;
    }

    /** In one read: numbers below /proc/sys are at an end after the first, however short it was. */
    private static String setting(Path file) {
        try (FileInputStream in = new FileInputStream(file.toFile())) {
            byte[] value = new byte[64];
            int length = in.read(value);
            return new String(value, 0, Math.max(0, length), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "";
        }
    }

    private static SortedSet<String> loopDevices() throws IOException {
        SortedSet<String> devices = new TreeSet<>();
        for (String name : names(Path.of("/sys/block"), name -> name.startsWith("loop"))) {
            String file =
                    content(Path.of("/sys/block", name, "loop/backing_file")).strip();
            if (!file.isEmpty()) {
                devices.add(name + " " + file);
            }
        }
        return devices;
    }

    private static SortedSet<String> files() throws IOException {
        SortedSet<String> files = new TreeSet<>();
        for (Path place : FILE_PLACES) {
            for (String name : names(place, name -> FILE_NAMES.stream().anyMatch(name::startsWith))) {
                files.add(place.resolve(name).toString());
            }
        }
        for (String name : names(Path.of("/run/netns"), name -> true)) {
            files.add("/run/netns/" + name);
        }
        return files;
    }

    private static SortedSet<String> names(Path directory, Predicate<String> wanted) throws IOException {
        SortedSet<String> names = new TreeSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        } catch (NoSuchFileException e) {
            return names;
        }
        names.removeIf(wanted.negate());
        return names;
    }

    /** The target of a link; empty when its process has ended, or is none of ours to look into. */
    private static Optional<String> link(Path link) {
        try {
            return Optional.of(Files.readSymbolicLink(link).toString());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The content of a file of the kernel; empty when what it describes has gone. */
    private static String content(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** See the type. */
    public static void main(String[] arguments) throws IOException {
        List<String> commands = List.of("save", "compare");
        if (arguments.length != 2 || !commands.contains(arguments[0])) {
            System.err.println("usage: MachineState save|compare FILE");
            System.exit(WRONG_USE);
        }
        Path file = Path.of(arguments[1]);
        MachineState now = capture();
        if (arguments[0].equals("save")) {
            Files.write(file, now.lines());
            return;
        }
        List<String> left = now.leftSince(parse(Files.readAllLines(file)));
        if (!left.isEmpty()) {
            System.err.println("The run has left on this machine:");
            left.forEach(line -> System.err.println("  " + line));
            System.exit(1);
        }
        System.out.println("The machine is as it was before the run.");
    }
}
