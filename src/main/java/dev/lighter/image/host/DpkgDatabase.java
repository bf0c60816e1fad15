package dev.lighter.image.host;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.Arch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The packages of a Debian host, from the files that dpkg keeps. Read once; belongs to one thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man1/dpkg.1.html">dpkg(1)</a>
 * @see <a href="https://man7.org/linux/man-pages/man5/deb-control.5.html">deb-control(5)</a>
 */
final class DpkgDatabase {
    private static final int MOST_SUGGESTIONS = 5;

    private final Path directory;
    private final SortedMap<String, List<HostPackage>> installed = new TreeMap<>();
    private final Map<String, List<HostPackage>> providers = new HashMap<>();
    private final Map<String, Diversion> diversions = new HashMap<>();

    /** A file that one package moved out of the way of its own. */
    private record Diversion(String to, String by) {}

    /**
     * Reads the database.
     *
     * @param directory {@code /var/lib/dpkg}
     * @throws NoSuchFileException where the host has no such database
     */
    DpkgDatabase(Path directory) throws IOException {
        this.directory = directory;
        Map<String, String> fields = new HashMap<>();
        String field = "";
        for (String line : Files.readAllLines(directory.resolve("status"), StandardCharsets.ISO_8859_1)) {
            if (line.isBlank()) {
                keep(fields);
                fields.clear();
            } else if (Character.isWhitespace(line.charAt(0))) {
                fields.merge(field, " " + line.strip(), String::concat);
            } else {
                int colon = line.indexOf(':');
                field = line.substring(0, Math.max(0, colon));
                fields.put(field, line.substring(colon + 1).strip());
            }
        }
        keep(fields);
        readDiversions();
    }

    private void keep(Map<String, String> fields) {
        if (!fields.getOrDefault("Status", "").endsWith(" installed")) {
            return;
        }
        List<List<String>> depends = new ArrayList<>(relations(fields.getOrDefault("Pre-Depends", "")));
        depends.addAll(relations(fields.getOrDefault("Depends", "")));
        HostPackage found = new HostPackage(
                fields.getOrDefault("Package", ""),
                fields.getOrDefault("Version", ""),
                fields.getOrDefault("Architecture", ""),
                depends,
                relations(fields.getOrDefault("Provides", "")).stream()
                        .flatMap(List::stream)
                        .toList(),
                fields.getOrDefault("Essential", "").equals("yes"));
        List<HostPackage> same = installed.computeIfAbsent(found.name(), name -> new ArrayList<>());
        same.add(found.architecture().equals(Arch.host().ociName()) ? 0 : same.size(), found);
        for (String provided : found.provides()) {
            providers.computeIfAbsent(provided, name -> new ArrayList<>()).add(found);
        }
    }

    /** The names in {@code a (>= 1), b | c:any}: a list for each comma, an element for each bar. */
    private static List<List<String>> relations(String text) {
        return Stream.of(text.split(","))
                .map(group -> Stream.of(group.split("\\|"))
                        .map(name -> name.replaceFirst("[(\\[<].*", "").strip().replaceFirst(":.*", ""))
                        .filter(name -> !name.isEmpty())
                        .toList())
                .filter(group -> !group.isEmpty())
                .toList();
    }

    private void readDiversions() throws IOException {
        Path file = directory.resolve("diversions");
        List<String> lines = Files.exists(file) ? Files.readAllLines(file, StandardCharsets.UTF_8) : List.of();
        for (int i = 0; i + 2 < lines.size(); i += 3) {
            diversions.put(lines.get(i), new Diversion(lines.get(i + 1), lines.get(i + 2)));
        }
    }

    /**
     * The packages with these names, each with a version of its own.
     *
     * @param names such as {@code zstd} or {@code libc6:amd64}
     * @param dependencies whether also all that they depend on, directly or not, and the essential ones, which packages rely on without
     *     saying so
     */
    List<HostPackage> packages(Collection<String> names, boolean dependencies) {
        Map<String, HostPackage> chosen = new LinkedHashMap<>();
        Deque<HostPackage> ahead = new ArrayDeque<>();
        for (String name : names) {
            ahead.add(named(name));
        }
        if (dependencies && !names.isEmpty()) {
            installed.values().forEach(same -> ahead.addAll(same.get(0).essential() ? same.subList(0, 1) : List.of()));
        }
        while (!ahead.isEmpty()) {
            HostPackage next = ahead.remove();
            if (chosen.putIfAbsent(next.name() + ":" + next.architecture(), next) == null && dependencies) {
                next.depends()
                        .forEach(choices -> choices.stream()
                                .map(this::satisfying)
                                .flatMap(Stream::ofNullable)
                                .findFirst()
                                .ifPresent(ahead::add));
            }
        }
        return List.copyOf(chosen.values());
    }

    private HostPackage named(String text) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        for (HostPackage one : installed.getOrDefault(name, List.of())) {
            if (colon < 0 || one.architecture().equals(text.substring(colon + 1))) {
                return one;
            }
        }
        String near = name.isEmpty()
                ? ""
                : installed.keySet().stream()
                        .filter(other -> other.contains(name))
                        .limit(MOST_SUGGESTIONS)
                        .collect(Collectors.joining(", "));
        throw EngineException.invalid("packages: " + text + " is not installed on this host"
                + (near.isEmpty() ? "; dpkg --list shows what is" : "; there are " + near));
    }

    private @Nullable HostPackage satisfying(String name) {
        List<HostPackage> found = installed.getOrDefault(name, providers.getOrDefault(name, List.of()));
        return found.isEmpty() ? null : found.get(0);
    }

    /** The files and directories of a package, under the names that they have here: what another package diverted is elsewhere. */
    List<Path> files(HostPackage of) throws IOException {
        List<Path> files = new ArrayList<>();
        for (String line : Files.readAllLines(list(of), StandardCharsets.UTF_8)) {
            Diversion diversion = diversions.get(line);
            String name = diversion == null || diversion.by().equals(of.name()) ? line : diversion.to();
            if (!name.startsWith("/") || name.equals("/.")) {
                continue;
            }
            try {
                files.add(Path.of(name));
            } catch (InvalidPathException e) {
                throw new IOException(
                        "the package " + of.name() + " has a file whose name this engine cannot read in its locale;"
                                + " start it with LC_ALL=C.UTF-8",
                        e);
            }
        }
        return files;
    }

    private Path list(HostPackage of) {
        Path info = directory.resolve("info");
        Path qualified = info.resolve(of.name() + ":" + of.architecture() + ".list");
        return Files.exists(qualified) ? qualified : info.resolve(of.name() + ".list");
    }
}
