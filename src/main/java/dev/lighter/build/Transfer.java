package dev.lighter.build;

import dev.lighter.build.dockerfile.DockerfileException;
import dev.lighter.build.dockerfile.IgnoreRules;
import dev.lighter.build.dockerfile.Instruction;
import dev.lighter.build.dockerfile.PathPattern;
import dev.lighter.error.EngineException;
import dev.lighter.image.ArchiveExtractor;
import dev.lighter.image.ArchiveExtractor.Owner;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.FileCalls.Status;
import dev.lighter.kernel.IdRange;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One COPY or ADD whose variables have their values: what it brings, and how that gets into an image. Belongs to one thread. */
final class Transfer implements AutoCloseable {
    private static final Owner ROOT = new Owner(0, 0);

    private final Instruction.Transfer instruction;
    private final String destination;
    private final boolean intoDirectory;
    private final IgnoreRules excluded;
    private final List<Item> items = new ArrayList<>();
    private final List<FileSource> opened = new ArrayList<>();

    /**
     * Something that is brought.
     *
     * @param name what it is called where nothing else is said
     * @param above directories of the source that are made at the destination, too; empty for none
     * @param archive whether it may be an archive that is to be unpacked
     */
    private record Item(FileSource source, String path, String name, String above, boolean archive) {}

    /**
     * A transfer that brings nothing yet.
     *
     * @param destination an absolute path, a slash at its end where it was written so
     */
    Transfer(Instruction.Transfer instruction, String destination) {
        this.instruction = instruction;
        this.destination = destination;
        this.intoDirectory = destination.endsWith("/");
        try {
            this.excluded = IgnoreRules.of(instruction.options().excluded());
        } catch (IllegalArgumentException e) {
            throw new DockerfileException(line(), "--exclude " + e.getMessage());
        }
    }

    private int line() {
        return instruction.source().line();
    }

    private String keyword() {
        return instruction.add() ? "ADD" : "COPY";
    }

    /** A tree that is closed with this. */
    FileSource keep(FileSource source) {
        opened.add(source);
        return source;
    }

    /** Brings a whole tree: what was fetched from a repository. */
    void addTree(FileSource source) {
        items.add(new Item(source, "", "", "", false));
    }

    /** Brings one file that lies at the top of its own tree. */
    void addFile(FileSource source, String name, boolean archive) {
        items.add(new Item(source, name, name, "", archive));
    }

    /** Brings what a source names in a tree. Fails where there is nothing. */
    void addPaths(FileSource source, String asked) throws IOException {
        if (SourcePaths.leadsOut(asked) && !source.isImage()) {
            throw failed("forbidden path outside the build context: " + asked + " ()");
        }
        boolean parents = instruction.options().parents();
        boolean wild = PathPattern.hasWildcards(asked);
        String path = SourcePaths.clean(asked);
        List<String> found = wild ? matching(source, path, parents) : List.of(path);
        for (String one : found) {
            try (FileSource.Found there = source.find(one)) {
                if (there == null) {
                    throw failed(
                            (source.isImage() ? "" : "file not found in build context or excluded by .dockerignore: ")
                                    + "stat " + asked + ": file does not exist");
                }
                String name = one.substring(one.lastIndexOf('/') + 1);
                boolean archive = instruction.add()
                        && !Boolean.FALSE.equals(instruction.options().unpack());
                items.add(new Item(source, one, name, parents ? above(asked, one) : "", archive));
            }
        }
        if (wild && found.isEmpty()) {
            throw failed("no source files were specified");
        }
    }

    private List<String> matching(FileSource source, String path, boolean deep) throws IOException {
        try {
            return SourcePaths.matching(source, path, deep);
        } catch (IllegalArgumentException e) {
            throw failed(e.getMessage() + ": " + path);
        }
    }

    /** The directories that {@code --parents} keeps: those behind {@code /./}, or all. */
    private static String above(String asked, String found) {
        int pivot = asked.indexOf("/./");
        String cut = pivot < 0 ? "" : SourcePaths.clean(asked.substring(0, pivot));
        String kept = !cut.isEmpty() && found.startsWith(cut + "/") ? found.substring(cut.length() + 1) : found;
        int slash = kept.lastIndexOf('/');
        return slash < 0 ? "" : kept.substring(0, slash);
    }

    private EngineException failed(String reason) {
        return EngineException.invalid(keyword() + " failed: " + reason);
    }

    /** Counts all that is brought together; also says in which form histories name it. */
    String digest(Digest digest) throws IOException {
        if (items.size() > 1 && !intoDirectory) {
            throw new DockerfileException(
                    line(),
                    "When using " + keyword()
                            + " with more than one source file, the destination must be a directory and"
                            + " end with a /");
        }
        String kind = items.size() > 1 ? "multi" : "file";
        for (Item item : items) {
            try (FileSource.Found found = find(item)) {
                boolean directory = found.status().isDirectory();
                kind = items.size() == 1 && directory ? "dir" : kind;
                digest.add(item.name()).add(item.above()).add(directory ? 1 : 0).add(item.archive() ? 1 : 0);
                walk(item, found, new TreeDigest(digest));
            }
        }
        return kind;
    }

    private static FileSource.Found find(Item item) throws ErrnoException {
        FileSource.Found found = item.source().find(item.path());
        if (found == null) {
            throw new ErrnoException("open", item.path(), dev.lighter.kernel.Errno.ENOENT);
        }
        return found;
    }

    private void walk(Item item, FileSource.Found found, SourceWalk.Visitor visitor) throws IOException {
        SourceWalk walk = new SourceWalk(excluded, visitor);
        if (found.status().isDirectory()) {
            walk.content(found);
        } else {
            walk.file(found);
        }
    }

    /**
     * Writes all of it into an image.
     *
     * @param owner whose it becomes; where nobody was said root's, but for what is unpacked
     */
    void write(ImageFiles image, @Nullable Owner owner, ModeChange mode, ArchiveExtractor extractor)
            throws IOException {
        Owner ofNew = owner == null ? ROOT : owner;
        ImageFiles.Manner manner = new ImageFiles.Manner(ofNew, mode);
        for (Item item : items) {
            try (FileSource.Found found = find(item)) {
                if (found.status().isDirectory()) {
                    writeDirectory(image, item, found, manner, ofNew);
                } else if (!item.archive() || !unpack(image, found, owner, ofNew, extractor)) {
                    writeFile(image, item, found, manner, ofNew);
                }
            }
        }
    }

    private void writeDirectory(
            ImageFiles image, Item item, FileSource.Found found, ImageFiles.Manner manner, Owner ofNew)
            throws IOException {
        String target = stripped(destination);
        if (instruction.options().parents() && !item.path().isEmpty()) {
            makeAbove(image, item, target, manner, ofNew);
            target = stripped(target + "/" + item.above()) + "/" + item.name();
        }
        boolean made = image.status(target.isEmpty() ? "/" : target) == null;
        Fd directory = image.directory(target, ofNew);
        if (made) {
            byte[] self = {'.'};
            ImageFiles.look(directory, self, found.status(), manner);
        }
        try (ImageFiles.Writer writer = new ImageFiles.Writer(directory, manner)) {
            walk(item, found, writer);
        }
    }

    private void writeFile(ImageFiles image, Item item, FileSource.Found found, ImageFiles.Manner manner, Owner ofNew)
            throws IOException {
        if (excluded.excludes(found.baseName())) {
            return;
        }
        String plain = stripped(destination);
        Status there = image.status(plain.isEmpty() ? "/" : plain);
        boolean inside = intoDirectory
                || there != null && there.isDirectory()
                || instruction.options().parents();
        if (instruction.options().parents()) {
            makeAbove(image, item, plain, manner, ofNew);
            plain = stripped(plain + "/" + item.above());
        }
        int slash = plain.lastIndexOf('/');
        String parent = inside ? plain : plain.substring(0, Math.max(slash, 0));
        String name = inside ? item.name() : plain.substring(slash + 1);
        if (name.isEmpty()) {
            throw failed("cannot determine filename from url: give the destination a name");
        }
        try (Fd directory = image.directory(parent, ofNew)) {
            ImageFiles.file(found.parent(), found.name(), found.status(), directory, FileSource.bytes(name), manner);
        }
    }

    /** Makes the directories that are kept, with the looks that they have in the source. */
    private static void makeAbove(ImageFiles image, Item item, String target, ImageFiles.Manner manner, Owner ofNew)
            throws IOException {
        String path = target;
        String original = item.path().substring(0, Math.max(0, item.path().lastIndexOf('/')));
        String cut = original.substring(0, original.length() - item.above().length());
        for (String part : item.above().split("/")) {
            if (part.isEmpty()) {
                continue;
            }
            path = path + "/" + part;
            cut = cut.isEmpty() || cut.endsWith("/") ? cut + part : cut + "/" + part;
            boolean made = image.status(path) == null;
            try (Fd directory = image.directory(path, ofNew);
                    FileSource.Found looks = item.source().find(cut)) {
                if (made && looks != null) {
                    ImageFiles.look(directory, new byte[] {'.'}, looks.status(), manner);
                }
            }
        }
    }

    private boolean unpack(
            ImageFiles image, FileSource.Found found, @Nullable Owner owner, Owner ofNew, ArchiveExtractor extractor)
            throws IOException {
        if (found.status().type() != FileCalls.REGULAR) {
            return false;
        }
        try (Fd file = FileCalls.openToRead(found.parent(), found.name())) {
            Path path = Path.of(file.procPath());
            try (InputStream in = Files.newInputStream(path)) {
                if (!extractor.isArchive(in)) {
                    return false;
                }
            }
            String target = stripped(destination);
            image.directory(target, ofNew).close();
            try (InputStream in = Files.newInputStream(path)) {
                extractor.extract(
                        in,
                        image.root(),
                        new String(FileSource.bytes(SourcePaths.clean(target)), StandardCharsets.ISO_8859_1),
                        false,
                        owner,
                        IdRange.SAME);
            }
            return true;
        }
    }

    private static String stripped(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    @Override
    public void close() {
        opened.forEach(FileSource::close);
    }
}
