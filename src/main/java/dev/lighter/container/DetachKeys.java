package dev.lighter.container;

import dev.lighter.error.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a person types, up to the keys that detach from a terminal: they end the input and are not passed on; a beginning of them that is
 * not gone on with is. For one thread.
 */
public final class DetachKeys extends InputStream {
    private static final String USUAL = "ctrl-p,ctrl-q";

    private final InputStream in;
    private final byte[] keys;
    private int matched;
    private byte[] held = new byte[0];
    private int heldAt;
    private volatile boolean detached;

    DetachKeys(InputStream in, @Nullable String keys) {
        this.in = in;
        this.keys = parse(keys == null || keys.isEmpty() ? USUAL : keys);
    }

    /** Keys as the docker command line writes them: letters, or {@code ctrl-} and a letter or one of {@code @ [ \\ ] ^ _}; with commas. */
    public static byte[] parse(String text) {
        String[] names = text.split(",");
        byte[] keys = new byte[names.length];
        for (int i = 0; i < names.length; i++) {
            String name = names[i];
            String lower = name.toLowerCase(Locale.ROOT);
            if (name.length() == 1) {
                keys[i] = (byte) name.charAt(0);
            } else if (lower.length() == 6 && lower.startsWith("ctrl-") && control(lower.charAt(5)) >= 0) {
                keys[i] = (byte) control(lower.charAt(5));
            } else {
                throw EngineException.invalid("Invalid detach keys (" + text + ") provided");
            }
        }
        return keys;
    }

    private static int control(char key) {
        return key >= 'a' && key <= 'z' ? key - 'a' + 1 : key == '@' ? 0 : key >= '[' && key <= '_' ? key - '@' : -1;
    }

    /** Whether the keys were typed. */
    boolean isDetached() {
        return detached;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (true) {
            if (heldAt < held.length) {
                int count = Math.min(length, held.length - heldAt);
                System.arraycopy(held, heldAt, bytes, offset, count);
                heldAt += count;
                return count;
            }
            if (detached) {
                return -1;
            }
            byte[] typed = new byte[Math.max(1, length)];
            int count = in.read(typed, 0, typed.length);
            if (count < 0) {
                return -1;
            }
            held = pass(typed, count);
            heldAt = 0;
        }
    }

    private byte[] pass(byte[] typed, int count) {
        byte[] passed = new byte[count + keys.length];
        int length = 0;
        for (int i = 0; i < count; i++) {
            if (typed[i] == keys[matched]) {
                matched++;
                if (matched == keys.length) {
                    detached = true;
                    break;
                }
                continue;
            }
            System.arraycopy(keys, 0, passed, length, matched);
            length += matched;
            matched = 0;
            if (typed[i] == keys[0]) {
                matched = 1;
            } else {
                passed[length++] = typed[i];
            }
        }
        return Arrays.copyOf(passed, length);
    }
}
