package dev.lighter.kernel.ffi;

import java.nio.ByteBuffer;
import jnr.ffi.LibraryLoader;
import jnr.ffi.LibraryOption;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Pinned;
import jnr.ffi.types.intptr_t;
import jnr.ffi.types.size_t;
import org.jspecify.annotations.Nullable;

/** The bridge to OpenSSL's libcrypto, which not every machine has. Stateless; safe for all threads. */
public final class Crypto {
    private static final String[] NAMES = {"libcrypto.so.3", "libcrypto.so.1.1"};
    private static final @Nullable LibCrypto LIBRARY = load();

    private Crypto() {}

    /**
     * The functions that are used. The first argument is the address of a {@code SHA256_CTX}.
     *
     * @see <a href="https://docs.openssl.org/3.0/man3/SHA256_Init/">SHA256_Init(3)</a>
     */
    public interface LibCrypto {
        int SHA256_Init(@intptr_t long context);

        int SHA256_Update(@intptr_t long context, @In @Pinned ByteBuffer data, @size_t long length);

        int SHA256_Final(@intptr_t long digest, @intptr_t long context);
    }

    /** The loaded library, or null where there is none that has these functions. */
    public static @Nullable LibCrypto library() {
        return LIBRARY;
    }

    private static @Nullable LibCrypto load() {
        for (String name : NAMES) {
            try {
                return LibraryLoader.create(LibCrypto.class)
                        .option(LibraryOption.LoadNow, Boolean.TRUE)
                        .load(name);
            } catch (LinkageError notThere) {
                continue;
            }
        }
        return null;
    }
}
