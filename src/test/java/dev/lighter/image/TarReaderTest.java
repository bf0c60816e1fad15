package dev.lighter.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarReaderTest {
    private static TarReader reader(byte[] archive) {
        return new TarReader(new ByteArrayInputStream(archive));
    }

    private static TarEntry first(byte[] archive) throws IOException {
        TarEntry entry = reader(archive).next();
        if (entry == null) {
            return Assertions.fail("the archive is empty");
        }
        return entry;
    }

    /** A header as the oldest tar wrote it, with the fields that tests choose. */
    private static byte[] header(String name, char type, String size, String mtime) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        put(header, 124, size);
        put(header, 136, mtime);
        header[156] = (byte) type;
        put(header, 257, "ustar\00000");
        return sealed(header);
    }

    private static byte[] sealed(byte[] header) {
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format("%06o\0 ", sum));
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
            out.writeBytes(new byte[-part.length & 511]);
        }
        return out.toByteArray();
    }

    @Test
    void attributesKeepBytesThatAreNoText() throws IOException {
        byte[] value = {1, 0, (byte) 0xff, (byte) 0xfe, '\n', '='};
        byte[] start = "37 SCHILY.xattr.security.capability=".getBytes(StandardCharsets.US_ASCII);
        int length = start.length + value.length + 1;
        byte[] record = Arrays.copyOf(
                (length + " SCHILY.xattr.security.capability=").getBytes(StandardCharsets.US_ASCII), length);
        System.arraycopy(value, 0, record, length - value.length - 1, value.length);
        record[length - 1] = '\n';
        byte[] archive = join(
                header("pax", 'x', String.format("%011o\0", length), "00000000000\0"),
                record,
                header("a", '0', "00000000000\0", "00000000017\0"),
                new byte[1024]);

        TarEntry entry = first(archive);

        assertThat(entry.xattrs().get("security.capability")).isEqualTo(value);
        assertThat(entry.modifiedSeconds()).isEqualTo(15);
    }

    @Test
    void namesLongerThanTheirFieldAreRead() throws IOException {
        String name = "d/".repeat(300) + "f";
        byte[] archive = join(
                header("././@LongLink", 'L', String.format("%011o\0", name.length() + 1), "00000000000\0"),
                (name + "\0").getBytes(StandardCharsets.US_ASCII),
                header("short", '0', "00000000000\0", "00000000000\0"),
                new byte[1024]);

        assertThat(first(archive).name()).isEqualTo(name);
        assertThat(first(new TarBytes().file(name, "x").bytes()).name()).isEqualTo(name);
    }

    @Test
    void numbersTooLargeForOctalAreRead() throws IOException {
        byte[] header = header("a", '5', "00000000000\0", "00000000000\0");
        header[136] = (byte) 0x80;
        Arrays.fill(header, 137, 148, (byte) 0);
        header[143] = 1;

        assertThat(first(join(sealed(header), new byte[1024])).modifiedSeconds())
                .isEqualTo(1L << 32);
    }

    @Test
    void timesBeforeAndBetweenSecondsAreRead() throws IOException {
        String record = "15 mtime=-1.25\n";
        byte[] archive = join(
                header("pax", 'x', "00000000017\0", "00000000000\0"),
                record.getBytes(StandardCharsets.US_ASCII),
                header("a", '0', "00000000000\0", "00000000000\0"),
                new byte[1024]);

        TarEntry entry = first(archive);

        assertThat(entry.modifiedSeconds()).isEqualTo(-2);
        assertThat(entry.modifiedNanos()).isEqualTo(750_000_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x", "99 a=b\n", "5 a=b", "-3 a=b\n", "6 ab\n", "99999999999999999999 a=b\n"})
    void recordsThatAreNoneFail(String records) {
        byte[] archive = join(
                header("pax", 'x', String.format("%011o\0", records.length()), "00000000000\0"),
                records.getBytes(StandardCharsets.US_ASCII),
                header("a", '0', "00000000000\0", "00000000000\0"),
                new byte[1024]);

        assertThatThrownBy(() -> first(archive)).isInstanceOf(IOException.class);
    }

    @Test
    void headersThatAreNoneFail() {
        assertThatThrownBy(() -> first(new byte[100])).isInstanceOf(TarReader.NotTarException.class);
        assertThatThrownBy(() -> first("x".repeat(512).getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(TarReader.NotTarException.class);
        assertThatThrownBy(() -> first(header("a", '0', "9999\0", "00000000000\0")))
                .hasMessageContaining("not a number");
        assertThatThrownBy(() -> first(header("a", 'S', "00000000000\0", "00000000000\0")))
                .hasMessageContaining("sparse");
        assertThatThrownBy(() -> first(header("a", 'L', "77777777777\0", "00000000000\0")))
                .hasMessageContaining("more than");
    }

    @Test
    void anArchiveThatEndsInsideAnEntryFails() throws IOException {
        byte[] archive = new TarBytes().file("a", "x".repeat(1000)).bytes();
        TarReader reader = reader(Arrays.copyOf(archive, 1100));
        reader.next();

        assertThatThrownBy(reader::next).isInstanceOf(EOFException.class).hasMessageContaining("truncated");
    }

    @Test
    void anEmptyArchiveHasNoEntries() throws IOException {
        assertThat(reader(new byte[1024]).next()).isNull();
        assertThat(reader(new byte[10240]).next()).isNull();
    }
}
