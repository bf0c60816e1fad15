package dev.lighter.image.host;

import dev.lighter.error.EngineException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Collects the files of one image: what was asked for, what that needs, the links that lead there, and the few things that every program
 * expects. Owners and permissions stay as they are here. Good for one image; belongs to one thread.
 */
public final class HostCollection {
    private static final int MOST_FILES = 200_000;
    private static final int READABLE_BY_OTHERS = 0004;
    /** What Java puts in the place of bytes that are no text. */
    private static final char UNREADABLE = '\uFFFD';

    private static final Path ETC = Path.of("/etc");
    /** Nobody reads these in a container; licences stay. */
    private static final Pattern DOCUMENTS = Pattern.compile(
            "/usr/share/(man|info|lintian|bug|doc-base|help|gtk-doc)/.*|/usr/share/doc/(?!.*/copyright$).*");

    private static final List<String> LINKS = List.of("/bin", "/sbin", "/lib", "/lib64", "/var/run");
    private static final Map<String, Integer> DIRECTORIES = Map.ofEntries(
            Map.entry("dev", 0755),
            Map.entry("etc", 0755),
            Map.entry("home", 0755),
            Map.entry("proc", 0755),
            Map.entry("root", 0700),
            Map.entry("run", 0755),
            Map.entry("sys", 0755),
            Map.entry("tmp", 01777),
            Map.entry("usr", 0755),
            Map.entry("usr/bin", 0755),
            Map.entry("usr/lib", 0755),
            Map.entry("usr/sbin", 0755),
            Map.entry("var", 0755),
            Map.entry("var/log", 0755),
            Map.entry("var/tmp", 01777));

    private final HostSecrets secrets;
    private final HostFiles host;
    private final HostAccounts accounts;
    private final HostTree tree = new HostTree();
    private final List<String> packages = new ArrayList<>();
    private @Nullable Path firstCommand;
    private int visited;

    private HostCollection(HostSecrets secrets) throws IOException {
        this.secrets = secrets;
        host = new HostFiles(secrets);
        accounts = new HostAccounts(ETC);
    }

    /** Finds all that a request asks for; fails with INVALID, naming the field, where the host does not have it or must not give it. */
    public static HostContent of(HostImageRequest request, HostSecrets secrets) throws IOException {
        HostCollection collection = new HostCollection(secrets);
        collection.accounts.want(request.user());
        collection.addPackages(request);
        for (String command : request.commands()) {
            collection.addCommand(command);
        }
        for (String path : request.paths()) {
            collection.addAsked(path);
        }
        return collection.content();
    }

    private void addPackages(HostImageRequest request) throws IOException {
        if (request.packages().isEmpty()) {
            return;
        }
        DpkgDatabase database;
        try {
            database = new DpkgDatabase(Path.of("/var/lib/dpkg"));
        } catch (NoSuchFileException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID,
                    "packages: this host does not keep its packages with dpkg, and other databases are not read; name what"
                            + " the package has in commands and paths instead (rpm --query --list NAME shows it)",
                    e);
        }
        for (HostPackage one : database.packages(request.packages(), request.dependencies())) {
            packages.add(one.name() + " " + one.version());
            for (Path file : database.files(one)) {
                if (!DOCUMENTS.matcher(file.toString()).matches()) {
                    addListed(file);
                }
            }
        }
        new Alternatives(Path.of("/var/lib/dpkg/alternatives")).addTo(host);
    }

    private void addCommand(String command) throws IOException {
        if (command.contains("/")) {
            throw EngineException.invalid("commands: " + command + " is a path; name it in paths");
        }
        Path found = command.isBlank() ? null : host.addCommand(command);
        if (found == null) {
            throw EngineException.invalid("commands: this host has no command \"" + command
                    + "\" in /usr/local/sbin, /usr/local/bin, /usr/sbin, /usr/bin, /sbin or /bin");
        }
        firstCommand = firstCommand == null ? found : firstCommand;
    }

    private void addAsked(String text) throws IOException {
        Path path;
        try {
            path = Path.of(text).normalize();
        } catch (InvalidPathException e) {
            throw new EngineException(EngineException.Kind.INVALID, "paths: \"" + text + "\" is no path", e);
        }
        if (!path.isAbsolute() || path.getNameCount() == 0) {
            throw EngineException.invalid("paths: \"" + text
                    + "\" must be an absolute path, and not the root directory: that is the whole host");
        }
        if (!Files.exists(path)) {
            throw EngineException.invalid("paths: this host has no " + text);
        }
        Path real = path.toRealPath();
        String reason = secrets.reason(real);
        if (reason == null && secrets.isClosed(real)) {
            reason = "what is in it is made by the kernel";
        }
        if (reason != null) {
            throw EngineException.invalid("paths: " + text + " never becomes part of an image: " + reason);
        }
        if (!Files.isDirectory(real) && !Files.isRegularFile(real)) {
            throw EngineException.invalid("paths: " + text + " is neither a file nor a directory");
        }
        host.add(path);
        if (Files.isDirectory(real)) {
            addTree(real);
        }
    }

    private void addTree(Path top) throws IOException {
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                if (secrets.isClosed(directory)) {
                    host.leaveOut(directory, "it belongs to the kernel or the engine");
                    return FileVisitResult.SKIP_SUBTREE;
                }
                addListed(directory);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                addListed(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                host.leaveOut(file, "it cannot be read: " + failure.getMessage());
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Adds what nobody named by itself: what must stay here is passed over. */
    private void addListed(Path path) throws IOException {
        if (++visited > MOST_FILES) {
            throw EngineException.invalid("the image would have more than " + MOST_FILES + " files; name fewer");
        }
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            // A package's file that the administrator removed, or that this machine never unpacked.
            return;
        }
        if (path.toString().indexOf(UNREADABLE) >= 0) {
            host.leaveOut(path, "its name is not UTF-8");
            return;
        }
        if (Files.isSymbolicLink(path)) {
            host.add(path);
            return;
        }
        boolean directory = Files.isDirectory(path);
        boolean hidden = !directory
                && path.startsWith(ETC)
                && (HostTree.Look.of(path).mode() & READABLE_BY_OTHERS) == 0
                && secrets.reason(path) == null;
        if (!directory && !Files.isRegularFile(path)) {
            host.leaveOut(path, "it is neither a file nor a directory nor a link");
        } else if (hidden) {
            host.leaveOut(path, "not everybody here may read it; name it in paths to have it all the same");
        } else {
            host.add(path);
        }
    }

    private HostContent content() throws IOException {
        addCommonFiles();
        long newest = 0;
        for (Path file : host.found()) {
            HostTree.Look look = HostTree.Look.of(file);
            tree.take(file, look);
            newest = Math.max(newest, look.modifiedSeconds());
        }
        int files = host.found().size();
        for (Path directory : host.directories()) {
            // Its time changes whenever anything in it does, also what is not taken.
            tree.directory(
                    HostTree.nameOf(directory), HostTree.Look.of(directory).at(0));
        }
        DIRECTORIES.forEach((name, mode) -> tree.directory(name, HostTree.Look.fixed(mode)));
        new BootDirectories(accounts).addTo(tree, host.found());
        Map<String, HostTree.Look> parents = new TreeMap<>();
        tree.addParents(name -> parents.computeIfAbsent(name, HostCollection::parentLook));
        tree.looks().forEach(look -> accounts.want(look.uid(), look.gid()));
        HostTree.Look readable = HostTree.Look.fixed(0644);
        tree.text("etc/passwd", readable, accounts.passwd());
        tree.text("etc/group", readable, accounts.group());
        if (!tree.has("etc/nsswitch.conf")) {
            tree.text("etc/nsswitch.conf", readable, "passwd: files\ngroup: files\nhosts: files dns\n");
        }
        return new HostContent(
                tree, List.copyOf(packages), accounts.names(), firstCommand, host.leftOut(), files, newest);
    }

    private static HostTree.Look parentLook(String name) {
        try {
            return HostTree.Look.of(Path.of("/" + name)).at(0);
        } catch (IOException e) {
            return HostTree.Look.fixed(0755);
        }
    }

    /** What the C library opens by itself: its locale, its name services, its table of libraries. */
    private void addCommonFiles() throws IOException {
        host.addLibrary("libnss_files.so.2");
        host.addLibrary("libnss_dns.so.2");
        Path locale = Path.of("/usr/lib/locale/C.utf8");
        if (Files.isDirectory(locale)) {
            try (var below = Files.walk(locale)) {
                for (Path file : (Iterable<Path>) below::iterator) {
                    host.add(file);
                }
            }
        }
        if (host.needsLoaderCache()) {
            host.add(Path.of("/etc/ld.so.cache"));
        }
        for (String link : LINKS) {
            if (Files.isSymbolicLink(Path.of(link))) {
                host.add(Path.of(link));
            }
        }
    }
}
