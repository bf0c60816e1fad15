package dev.lighter.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.zip.CRC32C;

/**
 * Writes an empty XFS filesystem, whose files can share their bytes, into a file, which stays sparse: version 5, blocks of 4096 bytes, four
 * allocation groups, inodes of 512 bytes, a log of 32 MB, which takes its place at once. Numbers have their high bytes first, but for checksums. Stateless.
 *
 * @see <a href="https://mirrors.edge.kernel.org/pub/linux/utils/fs/xfs/docs/xfs_filesystem_structure.pdf">XFS Algorithms and Data
 *     Structures, 3rd edition, part III</a>
 */
public final class XfsFormat {
    /** The smallest filesystem, in bytes. */
    public static final long LEAST_BYTES = 1L << 30;

    /** The largest, in bytes: what four groups of less than a terabyte hold. */
    public static final long MOST_BYTES = 4095L << 30;

    private static final int BLOCK = 4096;
    private static final int SECTOR = 512;
    private static final int GROUPS = 4;
    private static final int LOG_BLOCKS = 8192;
    /** The group in whose beginning the log is. */
    private static final int LOG_GROUP = 2;

    private static final int INODE_BYTES = 512;
    private static final int INODES_PER_BLOCK = BLOCK / INODE_BYTES;
    /** Inodes are allocated in chunks of as many. */
    private static final int CHUNK_INODES = 64;

    private static final int CHUNK_BLOCKS = CHUNK_INODES / INODES_PER_BLOCK;
    private static final int USED_INODES = 3;

    // Blocks of every group, in its first: the four headers, one sector each.
    private static final int BY_BLOCK = 1;
    private static final int BY_SIZE = 2;
    private static final int INODE_TREE = 3;
    private static final int FREE_INODE_TREE = 4;
    private static final int REFERENCE_TREE = 5;
    private static final int FIRST_FREE = 6;
    /** Where the first chunk of inodes is: the free list is given the blocks before it. */
    private static final int CHUNK_BLOCK = 16;

    private static final int NONE = -1;
    private static final int TREE_HEADER = 56;
    private static final int TREE_CHECKSUM = 52;

    /** Version 5; links of 32 bits, aligned inodes, a log of version 2, unwritten extents, directories of version 2, further features. */
    private static final int VERSION = 5 | 0x20 | 0x80 | 0x400 | 0x1000 | 0x2000 | 0x8000;
    /** Counters that are summed up lazily, attributes of version 2, project ids of 32 bits, checksums. */
    private static final int FEATURES = 0x2 | 0x8 | 0x80 | 0x100;
    /** A tree of chunks with free inodes; extents that several files have. */
    private static final int FEATURES_TO_WRITE = 0x1 | 0x4;
    /** Kinds of files in directories; chunks of inodes with holes; times beyond 2038. */
    private static final int FEATURES_TO_READ = 0x1 | 0x2 | 0x8;

    private final FileChannel file;
    private final int groupBlocks;
    private final int groupBits;
    private final byte[] id = new byte[16];

    private XfsFormat(FileChannel file, long bytes) {
        this.file = file;
        groupBlocks = (int) (bytes / BLOCK / GROUPS);
        groupBits = Integer.SIZE - Integer.numberOfLeadingZeros(groupBlocks - 1);
        new SecureRandom().nextBytes(id);
        id[6] = (byte) (id[6] & 0xf | 0x40);
        id[8] = (byte) (id[8] & 0x3f | 0x80);
    }

    /** Makes a new file with the filesystem. @param bytes its size, between {@link #LEAST_BYTES} and {@link #MOST_BYTES}; rounded down to whole groups */
    public static void write(Path path, long bytes) throws IOException {
        if (bytes < LEAST_BYTES || bytes > MOST_BYTES) {
            throw new IllegalArgumentException(
                    "a filesystem has between " + LEAST_BYTES + " and " + MOST_BYTES + " bytes: " + bytes);
        }
        long whole = bytes / (BLOCK * GROUPS) * (BLOCK * GROUPS);
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(1), whole - 1);
            new XfsFormat(file, whole).write();
            file.force(true);
        }
    }

    private void write() throws IOException {
        for (int group = 0; group < GROUPS; group++) {
            group(group);
        }
        inodes();
        log();
    }

    /** The extents that nothing uses, as pairs of first block and count. */
    private int[] free(int group) {
        if (group == 0) {
            int behind = CHUNK_BLOCK + CHUNK_BLOCKS;
            return new int[] {FIRST_FREE, CHUNK_BLOCK - FIRST_FREE, behind, groupBlocks - behind};
        }
        int first = group == LOG_GROUP ? FIRST_FREE + LOG_BLOCKS : FIRST_FREE;
        return new int[] {first, groupBlocks - first};
    }

    private int freeBlocks(int group) {
        int[] free = free(group);
        int blocks = 0;
        for (int i = 1; i < free.length; i += 2) {
            blocks += free[i];
        }
        return blocks;
    }

    private void group(int group) throws IOException {
        int[] free = free(group);
        put(group, 0, superblock());
        put(group, SECTOR, freeSpaceHeader(group, free[free.length - 1]));
        put(group, 2 * SECTOR, inodeHeader(group));
        put(group, 3 * SECTOR, freeList(group));
        // The extents are in the order of their sizes as well.
        tree(group, BY_BLOCK, "AB3B", free.length / 2, free);
        tree(group, BY_SIZE, "AB3C", free.length / 2, free);
        // First inode; a mask of holes, how many there are, how many are free; which are free.
        int[] chunk = {
            CHUNK_BLOCK * INODES_PER_BLOCK, CHUNK_INODES << 8 | CHUNK_INODES - USED_INODES, -1, -1 << USED_INODES
        };
        tree(group, INODE_TREE, "IAB3", group == 0 ? 1 : 0, chunk);
        tree(group, FREE_INODE_TREE, "FIB3", group == 0 ? 1 : 0, chunk);
        tree(group, REFERENCE_TREE, "R3FC", 0, new int[0]);
    }

    private long firstInode() {
        return (long) CHUNK_BLOCK * INODES_PER_BLOCK;
    }

    private ByteBuffer superblock() {
        long blocks = (long) groupBlocks * GROUPS;
        long free = 0;
        for (int group = 0; group < GROUPS; group++) {
            free += freeBlocks(group);
        }
        ByteBuffer sector = magic("XFSB", SECTOR).putInt(4, BLOCK).putLong(8, blocks);
        sector.put(32, id).putLong(48, ((long) LOG_GROUP << groupBits) + FIRST_FREE);
        sector.putLong(56, firstInode()).putLong(64, firstInode() + 1).putLong(72, firstInode() + 2);
        sector.putInt(80, 1).putInt(84, groupBlocks).putInt(88, GROUPS).putInt(96, LOG_BLOCKS);
        sector.putShort(100, (short) VERSION).putShort(102, (short) SECTOR).putShort(104, (short) INODE_BYTES);
        sector.putShort(106, (short) INODES_PER_BLOCK);
        // Sizes as powers of two; at most a quarter is for inodes.
        sector.put(120, (byte) 12).put(121, (byte) 9).put(122, (byte) 9).put(123, (byte) 3);
        sector.put(124, (byte) groupBits).put(127, (byte) 25);
        sector.putLong(128, CHUNK_INODES)
                .putLong(136, CHUNK_INODES - USED_INODES)
                .putLong(144, free);
        sector.putInt(180, CHUNK_BLOCKS).putInt(196, 1).putInt(200, FEATURES).putInt(204, FEATURES);
        sector.putInt(212, FEATURES_TO_WRITE).putInt(216, FEATURES_TO_READ).putInt(228, CHUNK_BLOCKS / 2);
        return checked(sector, 224);
    }

    private ByteBuffer freeSpaceHeader(int group, int longest) {
        ByteBuffer sector = magic("XAGF", SECTOR).putInt(4, 1).putInt(8, group).putInt(12, groupBlocks);
        sector.putInt(16, BY_BLOCK).putInt(20, BY_SIZE).putInt(28, 1).putInt(32, 1);
        sector.putInt(44, (SECTOR - 36) / 4 - 1).putInt(52, freeBlocks(group)).putInt(56, longest);
        sector.put(64, id).putInt(84, 1).putInt(88, REFERENCE_TREE).putInt(92, 1);
        return checked(sector, 216);
    }

    private ByteBuffer inodeHeader(int group) {
        boolean first = group == 0;
        ByteBuffer sector = magic("XAGI", SECTOR).putInt(4, 1).putInt(8, group).putInt(12, groupBlocks);
        sector.putInt(16, first ? CHUNK_INODES : 0).putInt(20, INODE_TREE).putInt(24, 1);
        sector.putInt(28, first ? CHUNK_INODES - USED_INODES : 0);
        sector.putInt(32, first ? (int) firstInode() : NONE).putInt(36, NONE);
        for (int bucket = 0; bucket < 64; bucket++) {
            sector.putInt(40 + 4 * bucket, NONE);
        }
        sector.put(296, id).putInt(328, FREE_INODE_TREE).putInt(332, 1);
        return checked(sector, 312);
    }

    private ByteBuffer freeList(int group) {
        ByteBuffer sector = magic("XAFL", SECTOR).putInt(4, group).put(8, id);
        for (int at = 36; at < SECTOR; at += 4) {
            sector.putInt(at, NONE);
        }
        return checked(sector, 32);
    }

    /** A tree whose root is its only block. */
    private void tree(int group, int block, String magic, int records, int[] values) throws IOException {
        ByteBuffer root =
                magic(magic, BLOCK).putShort(6, (short) records).putInt(8, NONE).putInt(12, NONE);
        root.putLong(16, ((long) group * groupBlocks + block) * (BLOCK / SECTOR));
        root.put(32, id).putInt(48, group);
        for (int i = 0; records > 0 && i < values.length; i++) {
            root.putInt(TREE_HEADER + 4 * i, values[i]);
        }
        put(group, block * BLOCK, checked(root, TREE_CHECKSUM));
    }

    /** The root directory, two files that say what of a real-time device is in use, where there is none, and unused inodes. */
    private void inodes() throws IOException {
        for (int number = 0; number < CHUNK_INODES; number++) {
            ByteBuffer inode = ByteBuffer.allocate(INODE_BYTES);
            inode.putShort(0, (short) 0x494E).put(4, (byte) 3).putInt(96, NONE);
            inode.putLong(152, firstInode() + number).put(160, id);
            if (number == 0) {
                // A directory within the inode: no names, and its parent.
                inode.putShort(2, (short) 0040755)
                        .put(5, (byte) 1)
                        .putInt(16, 2)
                        .putLong(56, 6);
                inode.putInt(176 + 2, (int) firstInode());
            } else {
                inode.put(5, (byte) 2);
            }
            if (number == 1 || number == 2) {
                inode.putShort(2, (short) 0100000).putInt(16, 1).putShort(90, (short) (number == 1 ? 4 : 0));
            }
            // Attributes, of which there are none, would be in extents.
            inode.put(83, (byte) 2);
            put(0, CHUNK_BLOCK * BLOCK + number * INODE_BYTES, checked(inode, 100));
        }
    }

    /** The log says that it was left in order. All of it is written: where no block is left for a log, a filesystem ends. */
    private void log() throws IOException {
        for (int block = 0; block < LOG_BLOCKS; block += 256) {
            put(LOG_GROUP, (FIRST_FREE + block) * BLOCK, ByteBuffer.allocate(256 * BLOCK));
        }
        ByteBuffer record = ByteBuffer.allocate(2 * SECTOR);
        long first = 1L << 32;
        record.putInt(0, 0xFEED_BABE).putInt(4, 1).putInt(8, 2).putInt(12, SECTOR);
        record.putLong(16, first).putLong(24, first).putInt(36, NONE).putInt(40, 1);
        record.putInt(300, 1).put(304, id).putInt(320, 32768);
        // The one operation, whose first word is kept in the header, and a number of the cycle in its place.
        int operation = SECTOR;
        record.putInt(44, 0xB0C0_D0D0).putInt(operation, 1).putInt(operation + 4, 8);
        record.put(operation + 8, (byte) 0xAA).put(operation + 9, (byte) 0x20);
        record.order(ByteOrder.LITTLE_ENDIAN).putShort(operation + 12, (short) 0x556E);
        put(LOG_GROUP, FIRST_FREE * BLOCK, record);
    }

    private static ByteBuffer magic(String word, int bytes) {
        return ByteBuffer.allocate(bytes).put(0, word.getBytes(StandardCharsets.US_ASCII));
    }

    /** With the checksum of all of it at this place, which counts as zero. */
    private static ByteBuffer checked(ByteBuffer content, int at) {
        CRC32C checksum = new CRC32C();
        checksum.update(content.array());
        return content.order(ByteOrder.LITTLE_ENDIAN)
                .putInt(at, (int) checksum.getValue())
                .order(ByteOrder.BIG_ENDIAN);
    }

    private void put(int group, int offset, ByteBuffer content) throws IOException {
        content.position(0);
        file.write(content, (long) group * groupBlocks * BLOCK + offset);
    }
}
