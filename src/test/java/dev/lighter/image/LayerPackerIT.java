package dev.lighter.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.FileTree;
import dev.lighter.kernel.Xattrs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers that are packed and unpacked again: the same tree, and the same archive each time. Needs root. */
class LayerPackerIT {
    private static final byte[] CAPABILITY = HexFormat.of().parseHex("0100000200040000000000000000000000000000");

    @TempDir
    Path here;

    private Path made() throws IOException {
        Path layer = Files.createDirectory(here.resolve("layer"));
        try (Fd root = open(layer)) {
            Files.writeString(layer.resolve("text"), "some text\n");
            Files.createLink(layer.resolve("another name"), layer.resolve("text"));
            Files.createSymbolicLink(layer.resolve("link"), Path.of("x".repeat(150)));
            Files.createDirectories(layer.resolve("d".repeat(120)).resolve("e".repeat(200)));
            Files.writeString(
                    layer.resolve("d".repeat(120)).resolve("e".repeat(200)).resolve("f"), "deep");
            byte[] latin = {'n', (byte) 0xe4, (byte) 0xff, '\n'};
            FileCalls.makeNode(root, latin, FileCalls.REGULAR | 0640, 0, 0);
            FileCalls.changeOwner(root, latin, 3_000_000, 12);
            FileCalls.makeNode(root, bytes("gone"), FileCalls.CHARACTER_DEVICE, 0, 0);
            FileCalls.makeNode(root, bytes("null"), FileCalls.CHARACTER_DEVICE | 0666, 1, 3);
            FileCalls.makeNode(root, bytes("loop"), FileCalls.BLOCK_DEVICE | 0660, 7, 300);
            FileCalls.makeNode(root, bytes("pipe"), FileCalls.FIFO | 0600, 0, 0);
            FileCalls.changeMode(root, bytes("text"), 04751);
            Xattrs.set(root, bytes("text"), "security.capability", CAPABILITY);
            Xattrs.set(root, bytes("text"), "user.note", new byte[] {0, 1, (byte) 255});
            Files.createDirectory(layer.resolve("opaque"));
            Xattrs.set(root, bytes("opaque"), "trusted.overlay.opaque", new byte[] {'y'});
            Xattrs.set(root, bytes("opaque"), "trusted.overlay.impure", new byte[] {'y'});
            Files.writeString(layer.resolve("opaque/shown"), "");
            FileCalls.makeNode(root, bytes("opaque/.lock"), FileCalls.REGULAR | 0600, 0, 0);
            FileCalls.changeTime(root, bytes("opaque"), -5, 250_000_000);
            FileCalls.changeTime(root, bytes("text"), 1_700_000_000, 123_456_789);
        }
        try (FileChannel holes =
                FileChannel.open(layer.resolve("holes"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            holes.write(ByteBuffer.wrap(bytes("end")), 3_000_000);
        }
        byte[] random = new byte[1_200_003];
        new Random(5).nextBytes(random);
        Files.write(layer.resolve("random"), random);
        return layer;
    }

    private static Fd open(Path directory) throws IOException {
        return Fd.open(directory, Fd.O_RDONLY | Fd.O_DIRECTORY, 0);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] packed(Path layer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LayerPacker.pack(layer, out);
        return out.toByteArray();
    }

    private Path unpacked(byte[] archive, String name) throws IOException {
        Path directory = Files.createDirectory(here.resolve(name));
        ImageSettings settings = new ImageSettings(1L << 30, 10_000, 200, 1L << 30, 0, false);
        try (LayerUnpacker unpacker = new LayerUnpacker(directory, new LoadBudget(settings, here))) {
            unpacker.unpack(new TarReader(new ByteArrayInputStream(archive)));
        }
        return directory;
    }

    /** Everything about a tree but overlay's own notes, one line each. */
    private static List<String> look(Path top) throws IOException {
        List<String> lines = new ArrayList<>();
        TreeMap<Object, String> firsts = new TreeMap<>();
        try (Fd root = open(top)) {
            look(root, "", lines, firsts);
        }
        return lines;
    }

    private static void look(Fd directory, String path, List<String> lines, TreeMap<Object, String> firsts)
            throws IOException {
        List<byte[]> names = FileTree.names(directory);
        names.sort(Arrays::compareUnsigned);
        for (byte[] name : names) {
            FileCalls.Status status = Objects.requireNonNull(FileCalls.status(directory, name));
            String shown = path + "/" + new String(name, StandardCharsets.ISO_8859_1);
            StringBuilder line = new StringBuilder(shown)
                    .append(" mode ")
                    .append(Integer.toOctalString(status.mode()))
                    .append(" of ")
                    .append(status.uid())
                    .append(':')
                    .append(status.gid())
                    .append(" device ")
                    .append(status.device());
            if (!status.isWhiteout()) {
                line.append(" at ").append(status.modifiedSeconds()).append('.').append(status.modifiedNanos());
            }
            if (!status.isDirectory() && !status.isWhiteout()) {
                line.append(" size ").append(status.size());
                line.append(" first ")
                        .append(firsts.merge(Long.toString(status.identity().inode()), shown, (first, again) -> first));
            }
            for (String attribute : new TreeSet<>(Xattrs.list(directory, name, 65536))) {
                if (!attribute.equals("trusted.overlay.impure")) {
                    line.append(' ')
                            .append(attribute)
                            .append('=')
                            .append(HexFormat.of()
                                    .formatHex(Objects.requireNonNull(Xattrs.get(directory, name, attribute, 65536))));
                }
            }
            if (status.type() == FileCalls.SYMLINK) {
                line.append(" -> ").append(new String(FileCalls.readLink(directory, name), StandardCharsets.UTF_8));
            }
            if (status.type() == FileCalls.REGULAR) {
                try (Fd file = FileCalls.openToRead(directory, name)) {
                    line.append(" holds ").append(Sha256.of(Files.readAllBytes(Path.of(file.procPath()))));
                }
            }
            lines.add(line.toString());
            if (status.isDirectory()) {
                try (Fd child = FileCalls.openDirectory(directory, name)) {
                    look(child, shown, lines, firsts);
                }
            }
        }
    }

    @Test
    void whatIsPackedUnpacksToTheSameTree() throws Exception {
        Path layer = made();
        byte[] archive = packed(layer);
        Path again = unpacked(archive, "again");
        assertThat(look(again)).isEqualTo(look(layer)).hasSizeGreaterThan(15);
        assertThat(packed(again)).isEqualTo(archive);
    }

    @Test
    void aSocketAndANameThatWouldHideAnotherAreLeftOut() throws Exception {
        Path layer = Files.createDirectory(here.resolve("layer"));
        Files.writeString(layer.resolve("kept"), "");
        Files.writeString(layer.resolve(".wh.kept"), "");
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(layer.resolve("socket")));
            assertThat(look(unpacked(packed(layer), "again")))
                    .singleElement()
                    .asString()
                    .startsWith("/kept ");
        }
    }

    @Test
    void gnuTarReadsIt() throws Exception {
        Path layer = made();
        Path archive = Files.write(here.resolve("layer.tar"), packed(layer));
        Process tar = new ProcessBuilder("tar", "-tvf", archive.toString())
                .redirectErrorStream(true)
                .start();
        String listing = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tar.waitFor()).as(listing).isZero();
        assertThat(listing)
                .contains("d".repeat(120) + "/" + "e".repeat(200) + "/f", ".wh.gone", "opaque/.wh..wh..opq")
                .doesNotContain("Ignoring");
    }
}
