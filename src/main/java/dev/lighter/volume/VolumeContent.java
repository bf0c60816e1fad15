package dev.lighter.volume;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.FileTree;
import dev.lighter.kernel.MountTree;
import dev.lighter.kernel.TreeCopy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The files of volumes: where they are, mounted when that is needed, copied into and measured. Calls about one volume come under its lock. */
final class VolumeContent {
    private static final byte[] SELF = {'.'};

    private final VolumeDirectories directories;

    VolumeContent(VolumeDirectories directories) {
        this.directories = directories;
    }

    /** Where a volume's files are on the host; a filesystem of its own is mounted if it is not yet. Fails with INVALID when that cannot be. */
    Path open(LiveVolume volume) {
        LocalOptions options = volume.options;
        Path data = directories.data(volume.view.id());
        if (options.isBind()) {
            Path device = Path.of(options.device());
            if (!Files.exists(device)) {
                throw failed(volume, "no such file or directory", null);
            }
            return device;
        }
        if (options.isMounted()) {
            try {
                if (!directories.isMounted(volume.view.id())) {
                    MountTree.attach(options.device(), data, options.kind(), options.flags(), options.resolvedData());
                }
            } catch (ErrnoException e) {
                throw failed(volume, Errno.describe(e.errno()), e);
            } catch (IOException e) {
                throw failed(volume, String.valueOf(e.getMessage()), e);
            }
        }
        return data;
    }

    private EngineException failed(LiveVolume volume, String reason, @Nullable Exception cause) {
        LocalOptions options = volume.options;
        String message = "error while mounting volume '" + directories.data(volume.view.id())
                + "': failed to mount local volume: mount " + options.device() + " as " + options.kind() + ", data: "
                + options.data() + ": " + reason;
        return cause == null
                ? EngineException.invalid(message)
                : new EngineException(EngineException.Kind.INVALID, message, cause);
    }

    /** Takes a filesystem of its own away again. */
    void close(LiveVolume volume) throws IOException {
        if (volume.options.isMounted() && directories.isMounted(volume.view.id())) {
            MountTree.detach(directories.data(volume.view.id()));
        }
    }

    /**
     * Fills an empty volume with what a directory holds, all at once or not at all.
     *
     * @param from an open directory
     * @param inUse whether somebody has its directory mounted, which can therefore not be replaced
     */
    void fill(LiveVolume volume, Fd from, boolean inUse) throws IOException {
        String id = volume.view.id();
        Path data = open(volume);
        if (!isEmpty(data)) {
            return;
        }
        if (volume.options.isBind() || volume.options.isMounted()) {
            try (Fd to = Fd.open(data, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
                TreeCopy.copy(from, to);
            }
            return;
        }
        directories.discardCopy(id);
        Path copy = Files.createDirectory(directories.copy(id));
        try (Fd to = Fd.open(copy, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
            TreeCopy.copy(from, to);
            if (inUse) {
                moveInto(to, data);
            }
        }
        if (!inUse) {
            try (Fd parent = Fd.open(Objects.requireNonNull(copy.getParent()), Fd.O_PATH | Fd.O_DIRECTORY, 0)) {
                FileCalls.rename(
                        parent,
                        copy.getFileName().toString().getBytes(StandardCharsets.UTF_8),
                        parent,
                        data.getFileName().toString().getBytes(StandardCharsets.UTF_8));
            }
        }
        directories.discardCopy(id);
    }

    private static void moveInto(Fd copied, Path data) throws IOException {
        try (Fd target = Fd.open(data, Fd.O_RDONLY | Fd.O_DIRECTORY, 0);
                Fd again = FileCalls.openDirectory(copied, SELF)) {
            FileCalls.Status status = FileCalls.status(copied);
            List<byte[]> names = FileTree.names(again);
            for (byte[] name : names) {
                FileCalls.rename(copied, name, target, name);
            }
            FileCalls.changeOwner(target, status.uid(), status.gid());
            FileCalls.changeMode(target, status.mode() & 07777);
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Fd open = Fd.open(directory, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
            return FileTree.names(open).isEmpty();
        }
    }

    /** How many bytes the files of a volume hold. */
    long size(LiveVolume volume) throws IOException {
        return FileTree.bytes(open(volume));
    }
}
