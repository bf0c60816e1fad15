package dev.lighter.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the dynamic loader reads in a 64-bit little-endian ELF file of any machine.
 *
 * @param machine {@code e_machine}
 * @param interpreter the loader's path, empty where the file has none
 * @param needed the libraries it names, in their order
 * @param soName its own name as a library, or empty
 * @param searchPaths directories of RUNPATH, else of RPATH; may hold {@code $ORIGIN}
 * @see <a href="https://man7.org/linux/man-pages/man5/elf.5.html">elf(5)</a>
 */
public record Elf(int machine, String interpreter, List<String> needed, String soName, List<String> searchPaths) {
    private static final int HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int MOST_PROGRAM_HEADERS = 512;
    private static final int LARGEST_SECTION = 16 << 20;
    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final int PT_INTERP = 3;
    private static final int DT_NEEDED = 1;
    private static final int DT_STRTAB = 5;
    private static final int DT_STRSZ = 10;
    private static final int DT_SONAME = 14;
    private static final int DT_RPATH = 15;
    private static final int DT_RUNPATH = 29;

    private record Segment(int type, long offset, long address, long size) {}

    /** Reads a file; empty where it is no such ELF file. Fails where it is a broken one. */
    public static Optional<Elf> read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() < HEADER) {
                return Optional.empty();
            }
            ByteBuffer header = bytes(channel, 0, HEADER);
            if (header.getInt(0) != 0x464c457f || header.get(4) != 2 || header.get(5) != 1) {
                return Optional.empty();
            }
            List<Segment> segments = segments(channel, header);
            String interpreter = "";
            Elf found = null;
            for (Segment segment : segments) {
                if (segment.type == PT_INTERP) {
                    interpreter = string(bytes(channel, segment.offset, segment.size), 0);
                }
            }
            for (Segment segment : segments) {
                if (segment.type == PT_DYNAMIC) {
                    found = dynamic(channel, header.getShort(18) & 0xffff, interpreter, segment, segments);
                }
            }
            return Optional.of(
                    found == null
                            ? new Elf(header.getShort(18) & 0xffff, interpreter, List.of(), "", List.of())
                            : found);
        } catch (IndexOutOfBoundsException e) {
            throw new IOException(file + " is a broken ELF file", e);
        }
    }

    private static List<Segment> segments(FileChannel channel, ByteBuffer header) throws IOException {
        int count = header.getShort(56) & 0xffff;
        int entry = header.getShort(54) & 0xffff;
        if (count > MOST_PROGRAM_HEADERS || count > 0 && entry < PROGRAM_HEADER) {
            throw new IOException("an ELF file with an impossible program header");
        }
        ByteBuffer table = bytes(channel, header.getLong(32), (long) count * entry);
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = i * entry;
            segments.add(new Segment(
                    table.getInt(at), table.getLong(at + 8), table.getLong(at + 16), table.getLong(at + 32)));
        }
        return segments;
    }

    private static Elf dynamic(
            FileChannel channel, int machine, String interpreter, Segment dynamic, List<Segment> segments)
            throws IOException {
        ByteBuffer table = bytes(channel, dynamic.offset, dynamic.size);
        List<Long> needed = new ArrayList<>();
        long names = 0;
        long namesSize = 0;
        long soName = -1;
        long rpath = -1;
        long runpath = -1;
        for (int at = 0; at + 16 <= table.limit() && table.getLong(at) != 0; at += 16) {
            long value = table.getLong(at + 8);
            switch ((int) table.getLong(at)) {
                case DT_NEEDED -> needed.add(value);
                case DT_STRTAB -> names = value;
                case DT_STRSZ -> namesSize = value;
                case DT_SONAME -> soName = value;
                case DT_RPATH -> rpath = value;
                case DT_RUNPATH -> runpath = value;
                default -> {}
            }
        }
        ByteBuffer strings = bytes(channel, offset(segments, names), namesSize);
        List<String> libraries = new ArrayList<>();
        for (long name : needed) {
            libraries.add(string(strings, name));
        }
        long path = runpath >= 0 ? runpath : rpath;
        return new Elf(
                machine,
                interpreter,
                List.copyOf(libraries),
                soName < 0 ? "" : string(strings, soName),
                path < 0 ? List.of() : List.of(string(strings, path).split(":")));
    }

    private static long offset(List<Segment> segments, long address) throws IOException {
        for (Segment segment : segments) {
            if (segment.type == PT_LOAD && address >= segment.address && address < segment.address + segment.size) {
                return address - segment.address + segment.offset;
            }
        }
        throw new IOException("an ELF file whose string table is in no segment");
    }

    private static ByteBuffer bytes(FileChannel channel, long offset, long size) throws IOException {
        if (offset < 0 || size < 0 || size > LARGEST_SECTION || offset > channel.size() - size) {
            throw new IOException("an ELF file that is shorter than it says");
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                throw new IOException("an ELF file that became shorter");
            }
        }
        return buffer.flip();
    }

    private static String string(ByteBuffer strings, long start) throws IOException {
        if (start < 0 || start >= strings.limit()) {
            throw new IOException("an ELF file with a name outside of its string table");
        }
        int end = (int) start;
        while (end < strings.limit() && strings.get(end) != 0) {
            end++;
        }
        return new String(strings.array(), (int) start, end - (int) start, StandardCharsets.UTF_8);
    }
}
