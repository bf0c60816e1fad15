package dev.lighter.kernel;

import dev.lighter.kernel.ffi.Crypto;
import dev.lighter.kernel.ffi.Native;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * SHA-256 by libcrypto, which uses the processor's own instructions for it. The engine's virtual machine compiles for small memory and
 * leaves those out: ten times slower. Belongs to one thread.
 *
 * @see <a href="https://docs.openssl.org/3.0/man3/SHA256_Init/">SHA256_Init(3)</a>
 */
public final class Sha256Digest extends MessageDigest {
    private static final String NAME = "SHA-256";
    private static final int LENGTH = 32;
    /** {@code SHA256_CTX} has 112 bytes. */
    private static final int CONTEXT = 128;

    private final Crypto.LibCrypto library;
    private final ByteBuffer memory = ByteBuffer.allocateDirect(CONTEXT + LENGTH);
    private final long context = Native.addressOf(memory);
    private final byte[] one = new byte[1];

    private Sha256Digest(Crypto.LibCrypto library) {
        super(NAME);
        this.library = library;
        engineReset();
    }

    /** A new digest; Java's own where the machine has no libcrypto. */
    public static MessageDigest create() {
        Crypto.LibCrypto library = Crypto.library();
        if (library != null) {
            return new Sha256Digest(library);
        }
        try {
            return MessageDigest.getInstance(NAME);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    protected int engineGetDigestLength() {
        return LENGTH;
    }

    @Override
    protected void engineUpdate(byte input) {
        one[0] = input;
        engineUpdate(one, 0, 1);
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int length) {
        check(library.SHA256_Update(context, ByteBuffer.wrap(input, offset, length), length));
    }

    @Override
    protected void engineUpdate(ByteBuffer input) {
        check(library.SHA256_Update(context, input, input.remaining()));
        input.position(input.limit());
    }

    @Override
    protected byte[] engineDigest() {
        check(library.SHA256_Final(context + CONTEXT, context));
        byte[] result = new byte[LENGTH];
        memory.get(CONTEXT, result);
        engineReset();
        return result;
    }

    @Override
    protected void engineReset() {
        check(library.SHA256_Init(context));
    }

    private static void check(int success) {
        if (success != 1) {
            throw new IllegalStateException("libcrypto does not hash");
        }
    }
}
