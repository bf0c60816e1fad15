package dev.lighter.image;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.OpaqueMark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Directories that a layer has files in but says nothing of. In an overlay the uppermost directory's owner and permissions count, so
 * these must look as the ones below them in the image at hand. Stateless.
 */
final class ImpliedDirectories {
    private static final byte[] HERE = {'.'};

    private ImpliedDirectories() {}

    /** How the directories look in the layers below, lowest first; only those that exist there. The paths are sorted. */
    static Map<String, FileCalls.Status> below(List<Path> lower, List<String> implied) throws IOException {
        Map<String, FileCalls.Status> found = new TreeMap<>();
        if (implied.isEmpty() || lower.isEmpty()) {
            return found;
        }
        List<Fd> roots = new ArrayList<>();
        try {
            for (Path layer : lower) {
                roots.add(Fd.open(layer, Fd.O_PATH | Fd.O_DIRECTORY, 0));
            }
            Collections.reverse(roots);
            for (String path : implied) {
                int slash = path.lastIndexOf('/');
                boolean parentMissing = slash > 0
                        && Collections.binarySearch(implied, path.substring(0, slash)) >= 0
                        && !found.containsKey(path.substring(0, slash));
                FileCalls.Status status = parentMissing ? null : look(roots, path);
                if (status != null) {
                    found.put(path, status);
                }
            }
            return found;
        } finally {
            roots.forEach(Fd::close);
        }
    }

    private static FileCalls.@Nullable Status look(List<Fd> uppermostFirst, String path) throws ErrnoException {
        String[] names = path.split("/");
        for (Fd root : uppermostFirst) {
            boolean hidesBelow = false;
            StringBuilder parent = new StringBuilder();
            FileCalls.Status status = null;
            for (int i = 0; i < names.length; i++) {
                try (Fd directory = FileCalls.openInRoot(
                        root, parent.isEmpty() ? HERE : bytes(parent.toString()), Fd.O_PATH | Fd.O_DIRECTORY)) {
                    byte[] name = bytes(names[i]);
                    status = FileCalls.status(directory, name);
                    if (status == null) {
                        break;
                    }
                    if (!status.isDirectory()) {
                        return null;
                    }
                    hidesBelow |= OpaqueMark.isOn(directory, name);
                } catch (ErrnoException e) {
                    if (!e.is(Errno.ENOENT)) {
                        throw e;
                    }
                    status = null;
                    break;
                }
                parent.append(i == 0 ? "" : "/").append(names[i]);
            }
            if (status != null) {
                return status;
            }
            if (hidesBelow) {
                return null;
            }
        }
        return null;
    }

    /** Makes a layer's directories look so. */
    static void apply(Path layer, Map<String, FileCalls.Status> looks) throws IOException {
        try (Fd root = Fd.open(layer, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
            for (Map.Entry<String, FileCalls.Status> look : looks.entrySet()) {
                try (Fd directory = FileCalls.openInRoot(root, bytes(look.getKey()), Fd.O_RDONLY | Fd.O_DIRECTORY)) {
                    FileCalls.Status status = look.getValue();
                    FileCalls.changeOwner(directory, status.uid(), status.gid());
                    FileCalls.changeMode(directory, status.mode() & 07777);
                    FileCalls.changeTime(directory, status.modifiedSeconds(), status.modifiedNanos());
                }
            }
        }
    }

    /** A digest of how the directories look; empty where none does. */
    static String variant(Map<String, FileCalls.Status> looks) {
        if (looks.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        looks.forEach((path, status) -> text.append(path)
                .append('\0')
                .append(status.mode())
                .append(' ')
                .append(status.uid())
                .append(' ')
                .append(status.gid())
                .append(' ')
                .append(status.modifiedSeconds())
                .append('\n'));
        return Sha256.of(bytes(text.toString()));
    }

    private static byte[] bytes(String raw) {
        return raw.getBytes(StandardCharsets.ISO_8859_1);
    }
}
