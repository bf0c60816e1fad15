package dev.lighter.container;

import dev.lighter.kernel.Ext4Format;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.IdRange;
import dev.lighter.kernel.LoopDevice;
import dev.lighter.kernel.MountTree;
import dev.lighter.kernel.ProjectQuota;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;

/**
 * The writable layer of a container that may not grow beyond a size: by a quota where the filesystem has project quotas, else in a
 * filesystem of its own in a file. Stateless; calls about one container come under its lock.
 */
final class LimitedLayer {
    static final long LEAST_BYTES = Ext4Format.LEAST_BYTES;

    private static final String UPPER = "upper";
    private static final String WORK = "work";
    private static final String DISK = "disk";
    private static final String IMAGE = "disk.img";
    private static final String NEW_IMAGE = "disk.img.new";
    private static final SecureRandom RANDOM = new SecureRandom();

    private LimitedLayer() {}

    /** Makes what is missing of it in a container's directory, also after an interruption or a restart of the machine. */
    static void ready(Path directory, long bytes, IdRange ids) throws IOException {
        try (Fd open = Fd.open(directory, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
            if (!Files.exists(directory.resolve(IMAGE)) && ProjectQuota.isThere(open)) {
                limit(open, directory, bytes, ids);
                return;
            }
        }
        if (!Files.exists(directory.resolve(IMAGE))) {
            Files.deleteIfExists(directory.resolve(NEW_IMAGE));
            Ext4Format.write(directory.resolve(NEW_IMAGE), bytes);
            Files.move(directory.resolve(NEW_IMAGE), directory.resolve(IMAGE), StandardCopyOption.ATOMIC_MOVE);
        }
        Path disk = directory.resolve(DISK);
        makeDirectory(disk);
        if (!MountTree.isMounted(disk)) {
            try (LoopDevice device = LoopDevice.attach(directory.resolve(IMAGE))) {
                MountTree.attach(device.path().toString(), disk, "ext4", 0, "");
            }
        }
        for (String part : new String[] {UPPER, WORK}) {
            makeDirectory(disk.resolve(part));
            if (!Files.exists(directory.resolve(part), LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(directory.resolve(part), Path.of(DISK, part));
            }
        }
        own(directory, DISK + "/" + UPPER, ids);
    }

    private static void limit(Fd open, Path directory, long bytes, IdRange ids) throws IOException {
        makeDirectory(directory.resolve(UPPER));
        makeDirectory(directory.resolve(WORK));
        own(directory, UPPER, ids);
        try (Fd upper = Fd.open(directory.resolve(UPPER), Fd.O_RDONLY | Fd.O_DIRECTORY, 0);
                Fd work = Fd.open(directory.resolve(WORK), Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
            int project = ProjectQuota.projectOf(upper);
            if (project == 0) {
                project = 1 + RANDOM.nextInt(Integer.MAX_VALUE - 1);
                ProjectQuota.assign(upper, project);
                ProjectQuota.assign(work, project);
            }
            ProjectQuota.limit(open, project, bytes);
        }
    }

    private static void own(Path directory, String name, IdRange ids) throws IOException {
        if (ids.isMapped()) {
            try (Fd open = Fd.open(directory, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
                FileCalls.changeOwner(open, name.getBytes(StandardCharsets.UTF_8), ids.toHost(0), ids.toHost(0));
            }
        }
    }

    private static void makeDirectory(Path path) throws IOException {
        try {
            Files.createDirectory(path);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(path)) {
                throw e;
            }
        }
    }

    /** Takes away what is mounted for a container that does not run; its files stay. */
    static void rest(Path directory) throws IOException {
        Path disk = directory.resolve(DISK);
        while (Files.exists(directory.resolve(IMAGE)) && MountTree.isMounted(disk)) {
            MountTree.detach(disk);
        }
    }

    /** Takes away all of it that would outlive the directory. */
    static void release(Path directory) throws IOException {
        rest(directory);
        Path upper = directory.resolve(UPPER);
        if (!Files.isDirectory(upper, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Fd open = Fd.open(upper, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
            if (ProjectQuota.isThere(open)) {
                int project = ProjectQuota.projectOf(open);
                if (project != 0) {
                    ProjectQuota.limit(open, project, 0);
                }
            }
        }
    }
}
