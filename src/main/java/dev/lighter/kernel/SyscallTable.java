package dev.lighter.kernel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The numbers of all system calls, by name and architecture. Immutable once loaded.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/syscalls.2.html">syscalls(2)</a>
 */
public final class SyscallTable {
    /** The columns of the table: the architectures, and i386, which an x86-64 kernel also serves. */
    public enum Abi {
        X86_64,
        AARCH64,
        I386;

        /** The native interface of an architecture. */
        public static Abi of(Arch arch) {
            return arch == Arch.X86_64 ? X86_64 : AARCH64;
        }
    }

    private static final String RESOURCE = "syscalls.txt";
    private static final Map<String, int[]> NUMBERS = load();
    private static final Map<Integer, String> HOST_NAMES = hostNames();

    private SyscallTable() {}

    /** The number of a call, or empty where the interface has no such call. */
    public static OptionalInt number(Abi abi, String name) {
        int[] numbers = NUMBERS.get(name);
        return numbers == null || numbers[abi.ordinal()] < 0
                ? OptionalInt.empty()
                : OptionalInt.of(numbers[abi.ordinal()]);
    }

    /** The number of a call on this machine. Fails for a call that the machine's architecture lacks. */
    public static int number(String name) {
        return number(Abi.of(Arch.host()), name)
                .orElseThrow(() -> new IllegalArgumentException("no system call " + name + " on " + Arch.host()));
    }

    /** The name of a number on this machine, or {@code syscall_N}. */
    public static String name(long number) {
        return HOST_NAMES.getOrDefault((int) number, "syscall_" + number);
    }

    private static Map<Integer, String> hostNames() {
        Map<Integer, String> names = new HashMap<>();
        int column = Abi.of(Arch.host()).ordinal();
        NUMBERS.forEach((name, numbers) -> names.put(numbers[column], name));
        return Map.copyOf(names);
    }

    private static Map<String, int[]> load() {
        try (InputStream in = SyscallTable.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the class path");
            }
            Map<String, int[]> numbers = new HashMap<>(1024);
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    String[] fields = line.split(" ", -1);
                    int[] row = new int[fields.length - 1];
                    for (int i = 0; i < row.length; i++) {
                        row[i] = fields[i + 1].equals("-") ? -1 : Integer.parseInt(fields[i + 1]);
                    }
                    numbers.put(fields[0], row);
                }
            }
            return Map.copyOf(numbers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
