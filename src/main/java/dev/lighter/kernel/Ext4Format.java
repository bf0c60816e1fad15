package dev.lighter.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;

/**
 * Writes an empty ext4 filesystem into a file, which stays sparse: blocks of 4096 bytes in groups of 128 MB, each with 8192 inodes, a journal, and
 * no copies of the superblock. Stateless.
 *
 * @see <a href="https://docs.kernel.org/filesystems/ext4/globals.html">ext4, global structures</a>
 */
public final class Ext4Format {
    /** The smallest filesystem, in bytes. */
    public static final long LEAST_BYTES = 16L << 20;

    private static final int BLOCK = 4096;
    private static final int GROUP_BLOCKS = 32768;
    private static final int GROUP_INODES = 8192;
    private static final int INODE_BYTES = 256;
    private static final int TABLE_BLOCKS = GROUP_INODES * INODE_BYTES / BLOCK;
    private static final int DESCRIPTOR_BYTES = 32;
    /** What a last group must have besides its own tables to be worth having. */
    private static final int LEAST_USEFUL_BLOCKS = TABLE_BLOCKS + 128;

    private static final int SMALL_JOURNAL = 1024;
    private static final int JOURNAL = 4096;
    private static final int ROOT_INODE = 2;
    private static final int JOURNAL_INODE = 8;
    private static final int FIRST_INODE = 11;

    private static final int HAS_JOURNAL = 0x4;
    private static final int EXT_ATTR = 0x8;
    private static final int DIR_INDEX = 0x20;
    private static final int SPARSE_SUPER2 = 0x200;
    private static final int FILETYPE = 0x2;
    private static final int EXTENTS = 0x40;
    private static final int LARGE_FILE = 0x2;
    private static final int HUGE_FILE = 0x8;
    private static final int DIR_NLINK = 0x20;
    private static final int EXTRA_ISIZE = 0x40;
    private static final int EXTENTS_FLAG = 0x80000;

    private final FileChannel file;
    private final int blocks;
    private final int groups;
    private final int descriptorBlocks;
    private final int journalBlocks;
    private final byte[] id = new byte[16];
    private final int now = (int) Instant.now().getEpochSecond();

    private Ext4Format(FileChannel file, long bytes) {
        this.file = file;
        long all = Math.min(bytes / BLOCK, 0xffff_0000L);
        long rest = all % GROUP_BLOCKS;
        if (all > GROUP_BLOCKS && rest > 0 && rest < LEAST_USEFUL_BLOCKS) {
            all -= rest;
        }
        blocks = (int) all;
        groups = (int) ((all + GROUP_BLOCKS - 1) / GROUP_BLOCKS);
        descriptorBlocks = (groups * DESCRIPTOR_BYTES + BLOCK - 1) / BLOCK;
        journalBlocks = all < 65536 ? SMALL_JOURNAL : JOURNAL;
        new SecureRandom().nextBytes(id);
    }

    /** Makes a new file of this size, which must be at least {@link #LEAST_BYTES}, with the filesystem. */
    public static void write(Path path, long bytes) throws IOException {
        if (bytes < LEAST_BYTES) {
            throw new IllegalArgumentException("a filesystem needs at least " + LEAST_BYTES + " bytes: " + bytes);
        }
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(1), bytes - 1);
            new Ext4Format(file, bytes).write();
            file.force(true);
        }
    }

    private void write() throws IOException {
        ByteBuffer descriptors = little(descriptorBlocks * BLOCK);
        long free = 0;
        for (int group = 0; group < groups; group++) {
            int start = group == 0 ? 1 + descriptorBlocks : 0;
            long first = (long) group * GROUP_BLOCKS;
            int size = (int) Math.min(GROUP_BLOCKS, Integer.toUnsignedLong(blocks) - first);
            int used = start + 2 + TABLE_BLOCKS + (group == 0 ? 1 + journalBlocks : 0);
            int reserved = group == 0 ? FIRST_INODE - 1 : 0;
            put(first + start, bitmap(used, size));
            put(first + start + 1, bitmap(reserved, GROUP_INODES));
            int at = group * DESCRIPTOR_BYTES;
            descriptors
                    .putInt(at, (int) (first + start))
                    .putInt(at + 4, (int) (first + start + 1))
                    .putInt(at + 8, (int) (first + start + 2))
                    .putShort(at + 12, (short) (size - used))
                    .putShort(at + 14, (short) (GROUP_INODES - reserved))
                    .putShort(at + 16, (short) (group == 0 ? 1 : 0));
            free += size - used;
        }
        put(1, descriptors);
        files();
        file.write(superblock(free), 1024);
    }

    /** The first are in use; those behind the last do not exist, which counts as in use. */
    private static ByteBuffer bitmap(int used, int existing) {
        ByteBuffer bits = little(BLOCK);
        for (int i = 0; i < BLOCK * 8; i++) {
            if (i < used || i >= existing) {
                bits.put(i / 8, (byte) (bits.get(i / 8) | 1 << i % 8));
            }
        }
        return bits;
    }

    private void files() throws IOException {
        int table = 1 + descriptorBlocks + 2;
        int root = table + TABLE_BLOCKS;
        ByteBuffer inodes = little(BLOCK);
        inode(inodes, ROOT_INODE, 0040755, 2, root, 1);
        inode(inodes, JOURNAL_INODE, 0100600, 1, root + 1, journalBlocks);
        put(table, inodes);
        ByteBuffer directory = little(BLOCK);
        directory
                .putInt(0, ROOT_INODE)
                .putShort(4, (short) 12)
                .put(6, (byte) 1)
                .put(7, (byte) 2)
                .put(8, (byte) '.');
        directory
                .putInt(12, ROOT_INODE)
                .putShort(16, (short) (BLOCK - 12))
                .put(18, (byte) 2)
                .put(19, (byte) 2);
        directory.put(20, (byte) '.').put(21, (byte) '.');
        put(root, directory);
        // The journal's own superblock, jbd2: version 2, empty, the only structure here that begins with its high
        // bytes.
        ByteBuffer journal = ByteBuffer.allocate(BLOCK);
        journal.putInt(0, 0xC03B_3998).putInt(4, 4).putInt(12, BLOCK).putInt(16, journalBlocks);
        journal.putInt(20, 1).putInt(24, 1).put(48, id).putInt(64, 1);
        put(root + 1, journal);
    }

    private void inode(ByteBuffer table, int number, int mode, int links, int first, int count) {
        int at = (number - 1) * INODE_BYTES;
        table.putShort(at, (short) mode).putInt(at + 4, count * BLOCK);
        table.putInt(at + 8, now).putInt(at + 12, now).putInt(at + 16, now);
        table.putShort(at + 26, (short) links)
                .putInt(at + 28, count * (BLOCK / 512))
                .putInt(at + 32, EXTENTS_FLAG);
        table.putShort(at + 40, (short) 0xF30A).putShort(at + 42, (short) 1).putShort(at + 44, (short) 4);
        table.putShort(at + 56, (short) count).putInt(at + 60, first);
        table.putShort(at + 128, (short) 32);
    }

    private ByteBuffer superblock(long free) {
        ByteBuffer block = little(1024);
        block.putInt(0x00, groups * GROUP_INODES).putInt(0x04, blocks).putInt(0x0C, (int) free);
        block.putInt(0x10, groups * GROUP_INODES - (FIRST_INODE - 1))
                .putInt(0x18, 2)
                .putInt(0x1C, 2);
        block.putInt(0x20, GROUP_BLOCKS)
                .putInt(0x24, GROUP_BLOCKS)
                .putInt(0x28, GROUP_INODES)
                .putInt(0x30, now);
        block.putShort(0x36, (short) -1).putShort(0x38, (short) 0xEF53).putShort(0x3A, (short) 1);
        block.putShort(0x3C, (short) 1).putInt(0x40, now).putInt(0x4C, 1);
        block.putInt(0x54, FIRST_INODE).putShort(0x58, (short) INODE_BYTES);
        block.putInt(0x5C, HAS_JOURNAL | EXT_ATTR | DIR_INDEX | SPARSE_SUPER2);
        block.putInt(0x60, FILETYPE | EXTENTS);
        block.putInt(0x64, LARGE_FILE | HUGE_FILE | DIR_NLINK | EXTRA_ISIZE);
        block.put(0x68, id).putInt(0xE0, JOURNAL_INODE).put(0xEC, id).put(0xFC, (byte) 1);
        block.putInt(0x100, 0xC).putInt(0x108, now);
        block.putShort(0x15C, (short) 32).putShort(0x15E, (short) 32).putInt(0x160, 1);
        return block;
    }

    private void put(long block, ByteBuffer content) throws IOException {
        content.position(0);
        file.write(content, block * BLOCK);
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
