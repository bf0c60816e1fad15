package dev.lighter.build;

import dev.lighter.build.dockerfile.IgnoreRules;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.FileCalls.Status;
import dev.lighter.kernel.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Goes through what is copied, directory by directory in the order of names, passing over what is ignored. A directory that is ignored
 * itself but holds something that is not is entered all the same. Belongs to one thread.
 */
final class SourceWalk {
    private static final int DEEPEST = 1024;

    private final IgnoreRules excluded;
    private final Visitor visitor;
    private final List<Entered> hidden = new ArrayList<>();

    /** What is done with what is found; each {@code enter} is followed by a {@code leave}. */
    interface Visitor {
        /** A directory of this name in the one entered last. */
        void enter(Fd parent, byte[] name, Status status) throws IOException;

        /** The directory entered last is complete. */
        void leave() throws IOException;

        /** Anything else. */
        void file(Fd parent, byte[] name, Status status) throws IOException;
    }

    private record Entered(Fd parent, byte[] name, Status status) {}

    /**
     * A walk.
     *
     * @param excluded what is passed over, by paths below what is copied
     */
    SourceWalk(IgnoreRules excluded, Visitor visitor) {
        this.excluded = excluded;
        this.visitor = visitor;
    }

    /** Visits what a directory holds, not itself. */
    void content(FileSource.Found directory) throws IOException {
        content(directory.parent(), directory.name(), "", 0);
    }

    /** Visits something itself, which is no directory. */
    void file(FileSource.Found file) throws IOException {
        if (!excluded.excludes(file.baseName())) {
            visitor.file(file.parent(), file.name(), file.status());
        }
    }

    private void content(Fd parent, byte[] itself, String below, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new ErrnoException("openat", below, Errno.ELOOP);
        }
        try (Fd directory = FileCalls.openDirectory(parent, itself)) {
            List<byte[]> names = new ArrayList<>(FileTree.names(directory));
            names.sort(Arrays::compareUnsigned);
            for (byte[] name : names) {
                Status status = FileCalls.status(directory, name);
                if (status != null && !status.isWhiteout()) {
                    String text = new String(name, StandardCharsets.UTF_8);
                    entry(directory, name, status, joined(below, text), depth);
                }
            }
        }
    }

    private void entry(Fd directory, byte[] name, Status status, String below, int depth) throws IOException {
        boolean out = excluded.excludes(below);
        if (!status.isDirectory()) {
            if (!out) {
                enterHidden();
                visitor.file(directory, name, status);
            }
            return;
        }
        int before = hidden.size();
        hidden.add(new Entered(directory, name, status));
        if (!out) {
            enterHidden();
        }
        content(directory, name, below, depth + 1);
        if (hidden.size() > before) {
            hidden.remove(hidden.size() - 1);
        } else {
            visitor.leave();
        }
    }

    private void enterHidden() throws IOException {
        for (Entered one : hidden) {
            visitor.enter(one.parent(), one.name(), one.status());
        }
        hidden.clear();
    }

    private static String joined(String above, String name) {
        return above.isEmpty() ? name : above + "/" + name;
    }
}
