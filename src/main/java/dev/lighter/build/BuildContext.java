package dev.lighter.build;

import dev.lighter.build.dockerfile.Dockerfile;
import dev.lighter.build.dockerfile.DockerfileException;
import dev.lighter.build.dockerfile.IgnoreRules;
import dev.lighter.error.EngineException;
import dev.lighter.image.ArchiveExtractor.Owner;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.FileCalls.Status;
import dev.lighter.kernel.FileTree;
import dev.lighter.kernel.IdRange;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Brings a build's files into its directory, reads the Dockerfile among them and takes away what is ignored. Belongs to one thread. */
final class BuildContext {
    private static final String USUAL = "Dockerfile";
    private static final long LARGEST_TEXT = 4 << 20;
    private static final int DEEPEST = 1024;

    private final Build build;
    private final Workshop workshop;

    BuildContext(Build build, Workshop workshop) {
        this.build = build;
        this.workshop = workshop;
    }

    /**
     * Brings it; gives the Dockerfile.
     *
     * @param sent an archive of the files, or null for none
     */
    Dockerfile receive(@Nullable InputStream sent) throws IOException {
        Path place = BuildDirectories.createPrivate(build.directory(), "context");
        String remote = build.request().remote();
        String text = build.request().text();
        if (!remote.isEmpty()) {
            String fetched = fetch(remote, place);
            text = text == null ? fetched : text;
        } else if (sent != null) {
            unpack(sent, place);
        }
        try (Fd root = Fd.open(place, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
            String asked = build.request().dockerfile();
            String path = SourcePaths.clean(asked.isEmpty() ? USUAL : asked);
            String content = text == null ? dockerfile(root, path, asked) : text;
            ignore(root, path);
            try {
                return Dockerfile.parse(content);
            } catch (DockerfileException e) {
                throw EngineException.invalid(String.valueOf(e.getMessage()));
            }
        }
    }

    private void unpack(InputStream archive, Path place) throws IOException {
        try (Fd root = Fd.open(place, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
            workshop.extractor().extract(archive, root, "", false, new Owner(0, 0), IdRange.SAME);
        }
    }

    /** Fetches a context; gives the Dockerfile where the URL is that of one, else null. */
    private @Nullable String fetch(String remote, Path place) throws IOException {
        GitAddress repository = GitAddress.parse(remote);
        if (repository != null) {
            Path whole = build.newPath();
            Files.createDirectory(whole);
            workshop.remotes().repository(repository, false, "", whole);
            try (FileSource source = new FileSource(Fd.open(whole, Fd.O_RDONLY | Fd.O_DIRECTORY, 0), false);
                    FileSource.Found part = source.find(SourcePaths.clean(repository.directory()))) {
                if (part == null || !part.status().isDirectory()) {
                    throw EngineException.invalid("the repository has no directory " + repository.directory());
                }
                try (Fd from = FileCalls.openDirectory(part.parent(), part.name());
                        Fd to = Fd.open(place, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
                    dev.lighter.kernel.TreeCopy.copy(from, to);
                }
            }
            return null;
        }
        if (!remote.startsWith("http://") && !remote.startsWith("https://")) {
            throw EngineException.invalid("remote: \"" + remote + "\" is neither a git repository nor an http(s) URL");
        }
        Path download = Files.createDirectory(build.newPath());
        String name = workshop.remotes().file(remote, "", download);
        Path file = download.resolve(name);
        try (InputStream in = Files.newInputStream(file)) {
            if (!workshop.extractor().isArchive(in)) {
                return readText(file);
            }
        }
        try (InputStream in = Files.newInputStream(file)) {
            unpack(in, place);
        }
        return null;
    }

    private static String readText(Path file) throws IOException {
        if (Files.size(file) > LARGEST_TEXT) {
            throw EngineException.invalid("the Dockerfile is larger than " + LARGEST_TEXT + " bytes");
        }
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private static String dockerfile(Fd root, String path, String asked) throws IOException {
        String content = read(root, path);
        if (content == null && asked.isEmpty()) {
            content = read(root, "dockerfile");
        }
        if (content == null) {
            throw EngineException.invalid("Cannot locate specified Dockerfile: " + (asked.isEmpty() ? USUAL : asked));
        }
        if (content.isBlank()) {
            throw EngineException.invalid("The Dockerfile (" + (asked.isEmpty() ? USUAL : asked) + ") cannot be empty");
        }
        return content;
    }

    /** A text in the context; null where there is no such file. */
    private static @Nullable String read(Fd root, String path) throws IOException {
        try (FileSource.Found found = new FileSource(root, false).find(path)) {
            if (found == null || found.status().type() != FileCalls.REGULAR) {
                return null;
            }
            try (Fd file = FileCalls.openToRead(found.parent(), found.name())) {
                return readText(Path.of(file.procPath()));
            }
        }
    }

    private void ignore(Fd root, String dockerfile) throws IOException {
        String own = dockerfile + ".dockerignore";
        String text = read(root, own);
        String name = text == null ? ".dockerignore" : own;
        text = text == null ? read(root, name) : text;
        if (text == null) {
            return;
        }
        IgnoreRules rules;
        try {
            rules = IgnoreRules.parse(text);
        } catch (IllegalArgumentException e) {
            throw EngineException.invalid("error reading " + name + ": " + e.getMessage());
        }
        if (!rules.isEmpty()) {
            var ignored = clear(root, "", rules, 0);
        }
    }

    /** Removes what is ignored below a directory; gives whether nothing is left in it. */
    private static boolean clear(Fd directory, String path, IgnoreRules rules, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw EngineException.invalid("the context is nested more than " + DEEPEST + " deep");
        }
        boolean empty = true;
        for (byte[] name : FileTree.names(directory)) {
            String text = new String(name, StandardCharsets.UTF_8);
            String below = path.isEmpty() ? text : path + "/" + text;
            boolean kept = true;
            Status status = FileCalls.status(directory, name);
            if (status == null) {
                continue;
            }
            boolean excluded = rules.excludes(below);
            if (excluded && !(status.isDirectory() && rules.hasExceptions())) {
                FileTree.remove(directory, name);
                kept = false;
            } else if (status.isDirectory()) {
                boolean nothing;
                try (Fd inside = FileCalls.openDirectory(directory, name)) {
                    nothing = clear(inside, below, rules, depth + 1);
                }
                if (nothing && excluded) {
                    FileCalls.removeDirectory(directory, name);
                    kept = false;
                }
            }
            empty &= !kept;
        }
        return empty;
    }
}
