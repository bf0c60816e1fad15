package dev.lighter.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.error.EngineException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FormFileTest {
    private static final String TYPE = "multipart/form-data; boundary=xyz";
    private static final String FIELD = "--xyz\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n";
    private static final String FILE =
            "--xyz\r\nContent-Disposition: form-data; name=\"archive\"; filename=\"a.tar\"\r\nContent-Type: application/x-tar\r\n\r\n";

    private static byte[] form(String before, byte[] file, String after) throws IOException {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        form.write(before.getBytes(StandardCharsets.ISO_8859_1));
        form.write(file);
        form.write(after.getBytes(StandardCharsets.ISO_8859_1));
        return form.toByteArray();
    }

    /** Gives few bytes at a time, as a network does. */
    private static InputStream slow(byte[] bytes, int atOnce) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, atOnce));
            }
        };
    }

    @Test
    void theFileComesWholeHoweverItArrives() throws IOException {
        byte[] file = new byte[200_000];
        new Random(1).nextBytes(file);
        byte[] alike = "\r\n--xy\r\n--\r\n\r\n--xyy".getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(alike, 0, file, 65_530, alike.length);
        byte[] form = form(FIELD + FILE, file, "\r\n--xyz--\r\n");
        for (int atOnce : new int[] {1, 7, 1000, 65_536, 1_000_000}) {
            assertThat(FormFile.open(slow(form, atOnce), TYPE).readAllBytes())
                    .as("%d bytes at once", atOnce)
                    .isEqualTo(file);
        }
    }

    @Test
    void anEmptyFileIsEmpty() throws IOException {
        byte[] form = form(FILE, new byte[0], "\r\n--xyz--\r\n");

        assertThat(FormFile.open(new ByteArrayInputStream(form), "multipart/form-data; boundary=\"xyz\"")
                        .readAllBytes())
                .isEmpty();
    }

    @Test
    void whatFollowsTheFileIsNotPartOfIt() throws IOException {
        byte[] form = form(FILE, new byte[] {1, 2, 3}, "\r\n" + FIELD + "--xyz--\r\n");

        assertThat(FormFile.open(new ByteArrayInputStream(form), TYPE).readAllBytes())
                .containsExactly(1, 2, 3);
    }

    @Test
    void aFormWithoutFileIsRefused() throws IOException {
        byte[] form = form(FIELD, new byte[0], "--xyz--\r\n");

        assertThatThrownBy(() -> FormFile.open(new ByteArrayInputStream(form), TYPE))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("no file");
        assertThatThrownBy(() -> FormFile.open(new ByteArrayInputStream(form), "multipart/form-data"))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("boundary");
        assertThatThrownBy(() -> FormFile.open(new ByteArrayInputStream(new byte[0]), TYPE))
                .isInstanceOf(EngineException.class);
    }

    @Test
    void aTruncatedFormIsAnError() throws IOException {
        byte[] form = form(FILE, new byte[1000], "");

        assertThatThrownBy(() ->
                        FormFile.open(new ByteArrayInputStream(form), TYPE).readAllBytes())
                .isInstanceOf(EOFException.class)
                .hasMessageContaining("truncated");
    }
}
