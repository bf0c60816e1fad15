package dev.lighter.build;

import dev.lighter.build.dockerfile.RunMount;
import dev.lighter.container.StorageRequest;
import dev.lighter.container.StorageRequest.MountRequest;
import dev.lighter.error.EngineException;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.FileCalls.Status;
import dev.lighter.kernel.TreeCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What is mounted into one step's container, and the traces that its places leave in the layer, which are taken away. Belongs to one thread. */
final class StepMounts implements AutoCloseable {
    private final Build build;
    private final Workshop workshop;
    private final List<MountRequest> mounts = new ArrayList<>();
    private final List<CacheMounts.Held> held = new ArrayList<>();
    /** Places that the image does not have, deepest last. */
    private final TreeSet<String> missing = new TreeSet<>();

    StepMounts(Build build, Workshop workshop) {
        this.build = build;
        this.workshop = workshop;
    }

    /** Gives the image that a name stands for: of a stage, or of the engine. */
    interface Images {
        @Nullable
        String imageOf(String name);
    }

    StorageRequest storage() {
        return new StorageRequest(List.of(), mounts, List.of(), Map.of(), List.of(), "", Map.of());
    }

    /** Prepares one; {@code target} is absolute. */
    void add(RunMount mount, String target, Images images) throws IOException {
        switch (mount.type()) {
            case TMPFS ->
                mounts.add(request(
                        "tmpfs", "", target, false, new StorageRequest.TmpfsOptions(mount.sizeBytes(), 0, List.of())));
            case SECRET -> secret(mount, target);
            case CACHE -> cache(mount, target, images);
            case BIND -> bind(mount, target, images);
        }
    }

    private void secret(RunMount mount, String target) throws IOException {
        byte[] secret = build.request().secrets().get(mount.id());
        if (secret == null) {
            if (!mount.required()) {
                return;
            }
            throw EngineException.invalid(
                    "the secret " + mount.id() + " was not given: docker build without BuildKit has"
                            + " no way to give one; use POST /api/builds with secrets, or write required=false");
        }
        Path file = build.newPath();
        Files.write(file, secret);
        try (Fd open = Fd.open(file, Fd.O_RDONLY, 0)) {
            FileCalls.changeOwner(open, mount.uid(), mount.gid());
            FileCalls.changeMode(open, mount.mode() < 0 ? 0400 : mount.mode());
        }
        mounts.add(request("bind", file.toString(), target, true, null));
    }

    private void cache(RunMount mount, String target, Images images) throws IOException {
        try {
            CacheMounts.Held one = workshop.mounts().hold(mount, directory -> {
                if (!mount.from().isEmpty()) {
                    copyInto(directory, mount, images);
                }
            });
            held.add(one);
            build.used(workshop.cache().used(one.key()));
            mounts.add(request("bind", one.directory().toString(), target, mount.readOnly(), null));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw EngineException.conflict("the build was cancelled");
        }
    }

    private void bind(RunMount mount, String target, Images images) throws IOException {
        if (!mount.readOnly()) {
            // What is written is for this step alone.
            Path copy = Files.createDirectory(build.newPath());
            try (Fd directory = Fd.open(copy, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
                copyInto(directory, mount, images);
            }
            mounts.add(request("bind", copy.toString(), target, false, null));
            return;
        }
        String path = SourcePaths.clean(mount.source());
        if (mount.from().isEmpty()) {
            try (FileSource context = new FileSource(Fd.open(build.context(), Fd.O_RDONLY | Fd.O_DIRECTORY, 0), false);
                    FileSource.Found found = find(context, path, mount)) {
                Path parent = Path.of(found.parent().procPath()).toRealPath();
                String name = new String(found.name(), java.nio.charset.StandardCharsets.UTF_8);
                mounts.add(request("bind", parent.resolve(name).normalize().toString(), target, true, null));
            }
            return;
        }
        String image = images.imageOf(mount.from());
        if (image == null || workshop.layers(image).isEmpty()) {
            Path empty = Files.createDirectory(build.newPath());
            mounts.add(request("bind", empty.toString(), target, true, null));
            return;
        }
        try (FileSource source = workshop.source(image, build.directory())) {
            find(source, path, mount).close();
        }
        mounts.add(new MountRequest(
                "image", image, target, true, "", null, null, null, new StorageRequest.ImageOptions(path)));
    }

    private void copyInto(Fd directory, RunMount mount, Images images) throws IOException {
        try (FileSource source = mount.from().isEmpty()
                        ? new FileSource(Fd.open(build.context(), Fd.O_RDONLY | Fd.O_DIRECTORY, 0), false)
                        : workshop.source(images.imageOf(mount.from()), Files.createDirectory(build.newPath()));
                FileSource.Found found = find(source, SourcePaths.clean(mount.source()), mount);
                Fd from = FileCalls.openDirectory(found.parent(), found.name())) {
            TreeCopy.copy(from, directory);
        }
    }

    private static FileSource.Found find(FileSource source, String path, RunMount mount) throws ErrnoException {
        FileSource.Found found = source.find(path);
        if (found == null) {
            throw EngineException.invalid("RUN --mount: \"" + mount.source() + "\" not found in "
                    + (mount.from().isEmpty() ? "the build context" : mount.from()));
        }
        return found;
    }

    private static MountRequest request(
            String type,
            String source,
            String target,
            boolean readOnly,
            StorageRequest.@Nullable TmpfsOptions options) {
        return new MountRequest(type, source, target, readOnly, "", null, null, options, null);
    }

    /** Mounts a program of the Dockerfile at a path. */
    void addScript(Path script, String target) {
        mounts.add(request("bind", script.toString(), target, true, null));
    }

    /** Notes which places the image lacks, before they are made. */
    void look(@Nullable String imageId) throws IOException {
        if (mounts.isEmpty()) {
            return;
        }
        try (FileSource image = workshop.source(imageId, Files.createDirectory(build.newPath()))) {
            for (MountRequest mount : mounts) {
                StringBuilder path = new StringBuilder();
                for (String part : SourcePaths.clean(mount.target()).split("/")) {
                    path.append(path.isEmpty() ? "" : "/").append(part);
                    FileSource.Found found = image.find(path.toString());
                    if (found == null) {
                        missing.add(path.toString());
                    } else {
                        found.close();
                    }
                }
            }
        }
    }

    /** Takes away what was only there to be mounted on, where nothing else has come into it. */
    void clear(Path layer) throws IOException {
        if (missing.isEmpty()) {
            return;
        }
        try (Fd root = Fd.open(layer, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
            Deque<String> deepestFirst = new ArrayDeque<>();
            missing.forEach(deepestFirst::push);
            for (String path : deepestFirst) {
                clear(root, path);
            }
        }
    }

    private static void clear(Fd root, String path) throws ErrnoException {
        int slash = path.lastIndexOf('/');
        byte[] name = FileSource.bytes(path.substring(slash + 1));
        try (Fd parent = FileCalls.openInRoot(
                root, FileSource.bytes(slash < 0 ? "." : path.substring(0, slash)), Fd.O_PATH | Fd.O_DIRECTORY)) {
            Status status = FileCalls.status(parent, name);
            if (status != null && status.isDirectory()) {
                FileCalls.removeDirectory(parent, name);
            } else if (status != null && status.type() == FileCalls.REGULAR && status.size() == 0) {
                FileCalls.unlink(parent, name);
            }
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR) && !e.is(Errno.ENOTEMPTY)) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        held.forEach(CacheMounts.Held::close);
    }
}
