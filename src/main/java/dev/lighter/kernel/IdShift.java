package dev.lighter.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.function.IntUnaryOperator;

/**
 * Counts the owners of files otherwise: from how the host numbers the users of a namespace to how the namespace does, or back. Also those
 * that attributes name: whom an access control list is about, and who is root for a file's capabilities. Immutable; safe for all threads.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/capabilities.7.html">capabilities(7), File capabilities</a>
 * @see <a href="https://man7.org/linux/man-pages/man5/acl.5.html">acl(5)</a>
 */
public final class IdShift {
    /** Everything stays as it is. */
    public static final IdShift NONE = new IdShift(id -> id, IdRange.SAME, false);

    private static final String CAPABILITY = "security.capability";
    private static final String ACL = "system.posix_acl_";
    private static final int REVISION_MASK = 0xff00_0000;
    private static final int REVISION_2 = 0x0200_0000;
    private static final int REVISION_3 = 0x0300_0000;
    private static final int REVISION_2_BYTES = 20;
    private static final int REVISION_3_BYTES = 24;
    private static final int ACL_HEADER_BYTES = 4;
    private static final int ACL_ENTRY_BYTES = 8;
    private static final int ACL_USER = 2;
    private static final int ACL_GROUP = 8;
    private static final int SET_ID = 06000;
    private static final int PERMISSIONS = 07777;
    private static final int MOST_XATTR_BYTES = 64 * 1024;

    private final IntUnaryOperator ids;
    private final IdRange range;
    private final boolean inward;

    private IdShift(IntUnaryOperator ids, IdRange range, boolean inward) {
        this.ids = ids;
        this.range = range;
        this.inward = inward;
    }

    /** From the host's numbers to those inside; others stay, so that doing it twice is doing it once. */
    public static IdShift toInside(IdRange range) {
        return range.isMapped()
                ? new IdShift(
                        id -> Integer.compareUnsigned(id - range.first(), range.count()) < 0 ? id - range.first() : id,
                        range,
                        true)
                : NONE;
    }

    /** From the numbers inside to the host's; others stay, so that doing it twice is doing it once. */
    public static IdShift toHost(IdRange range) {
        return range.isMapped()
                ? new IdShift(
                        id -> Integer.compareUnsigned(id, range.count()) < 0 ? id + range.first() : id, range, false)
                : NONE;
    }

    /** Another number of a user or group. */
    public int of(int id) {
        return ids.applyAsInt(id);
    }

    /** The value of an extended attribute with other numbers in it. */
    public byte[] attribute(String name, byte[] value) {
        if (!range.isMapped()) {
            return value;
        }
        if (name.equals(CAPABILITY)) {
            return capabilities(value);
        }
        return name.startsWith(ACL) ? accessList(value) : value;
    }

    private byte[] capabilities(byte[] value) {
        ByteBuffer old = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        int magic = value.length < REVISION_2_BYTES ? 0 : old.getInt(0);
        if (inward
                && (magic & REVISION_MASK) == REVISION_3
                && value.length == REVISION_3_BYTES
                && old.getInt(REVISION_2_BYTES) == range.first()) {
            ByteBuffer made = ByteBuffer.allocate(REVISION_2_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            made.put(value, 0, REVISION_2_BYTES).putInt(0, magic & ~REVISION_MASK | REVISION_2);
            return made.array();
        }
        if (!inward && (magic & REVISION_MASK) == REVISION_2 && value.length == REVISION_2_BYTES) {
            ByteBuffer made = ByteBuffer.allocate(REVISION_3_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            made.put(value).putInt(range.first()).putInt(0, magic & ~REVISION_MASK | REVISION_3);
            return made.array();
        }
        return value;
    }

    private byte[] accessList(byte[] value) {
        byte[] made = value.clone();
        ByteBuffer entries = ByteBuffer.wrap(made).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = ACL_HEADER_BYTES; at + ACL_ENTRY_BYTES <= made.length; at += ACL_ENTRY_BYTES) {
            int tag = entries.getShort(at);
            if (tag == ACL_USER || tag == ACL_GROUP) {
                entries.putInt(at + 4, of(entries.getInt(at + 4)));
            }
        }
        return made;
    }

    /** Counts the owners of a directory and of all that is in it. What was counted already stays, so that who is interrupted begins again. */
    public void apply(Path top) throws ErrnoException {
        if (!range.isMapped()) {
            return;
        }
        try (Fd directory = Fd.open(top, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
            inside(directory);
            one(directory, new byte[] {'.'}, FileCalls.status(directory));
        }
    }

    private void inside(Fd directory) throws ErrnoException {
        for (byte[] name : FileTree.names(directory)) {
            FileCalls.Status status = FileCalls.status(directory, name);
            if (status == null) {
                continue;
            }
            if (status.isDirectory()) {
                try (Fd child = FileCalls.openDirectory(directory, name)) {
                    inside(child);
                }
            }
            one(directory, name, status);
        }
    }

    private void one(Fd directory, byte[] name, FileCalls.Status status) throws ErrnoException {
        int uid = of(status.uid());
        int gid = of(status.gid());
        if (uid == status.uid() && gid == status.gid()) {
            return;
        }
        byte[] capabilities =
                status.type() == FileCalls.REGULAR ? Xattrs.get(directory, name, CAPABILITY, MOST_XATTR_BYTES) : null;
        if (status.type() != FileCalls.SYMLINK) {
            for (String kind : new String[] {"access", "default"}) {
                byte[] list = Xattrs.get(directory, name, ACL + kind, MOST_XATTR_BYTES);
                if (list != null) {
                    Xattrs.set(directory, name, ACL + kind, accessList(list));
                }
            }
        }
        FileCalls.changeOwner(directory, name, uid, gid);
        if (capabilities != null) {
            Xattrs.set(directory, name, CAPABILITY, capabilities(capabilities));
        }
        if ((status.mode() & SET_ID) != 0 && status.type() != FileCalls.SYMLINK) {
            FileCalls.changeMode(directory, name, status.mode() & PERMISSIONS);
        }
    }
}
