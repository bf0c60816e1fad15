package dev.lighter.image;

import com.github.luben.zstd.Zstd;
import dev.lighter.error.EngineException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Breaks good archives and documents at random and gives them to everything that reads them. Whatever comes is read or refused: another
 * exception, a stack that overflows, minutes of work or memory that stays taken are failures, each with the seed that brings it back.
 */
public final class ArchiveFuzz {
    private static final long SLOWEST_MILLIS = 30_000;
    private static final long MOST_GROWTH_BYTES = 48 << 20;
    private static final int WARM_UP = 200;
    private static final String[] NUMBERS = {
        "0",
        "1",
        "00000000000",
        "77777777777",
        "-1",
        "\u0080\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff",
        "37777777777",
        "9"
    };

    private final ImageDirectories directories;
    private final ImageSettings settings = new ImageSettings(64 << 20, 2000, 20, 1 << 20, 0, false);
    private final boolean unpacks;
    private final List<byte[]> archives = new ArrayList<>();
    private final List<byte[]> layers = new ArrayList<>();
    private final List<byte[]> documents = new ArrayList<>();
    private long seed;
    private long slowestMillis;
    private long refused;

    /** @param directory an empty one to work in */
    public ArchiveFuzz(Path directory, long seed) throws IOException {
        this.directories = new ImageDirectories(directory);
        this.seed = seed;
        this.unpacks = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        TarBytes layer = new TarBytes()
                .directory("etc", 0755, 0, 0)
                .file("etc/a", "a".repeat(2000))
                .file("x".repeat(150), 0644, 1, 1, Map.of("user.a", "b"))
                .symlink("link", "etc")
                .hardLink("hard", "etc/a")
                .file("etc/.wh.gone", "")
                .file("new/.wh..wh..opq", "");
        layers.add(layer.bytes());
        TestImage image = TestImage.of(layer, new TarBytes().file("b", "b"));
        archives.add(image.dockerArchive("fuzz:1"));
        archives.add(image.ociArchive("+gzip", "fuzz:2"));
        archives.add(image.ociArchive("+zstd", "fuzz:3"));
        archives.add(TestImage.gzip(image.dockerArchive("fuzz:4")));
        archives.add(Zstd.compress(image.dockerArchive("fuzz:5")));
        documents.add(image.configFile());
        documents.add(ImageManifest.of(
                        new BlobDescriptor(MediaTypes.CONFIG, image.id(), 10),
                        List.of(new BlobDescriptor(MediaTypes.LAYER, image.id(), 10)))
                .bytes());
    }

    /** Works for so long; gives what was done in words. */
    public String run(Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        int rounds = 0;
        long before = 0;
        while (System.nanoTime() < end) {
            round();
            if (++rounds == WARM_UP) {
                before = usedBytes();
            }
        }
        if (rounds > WARM_UP && usedBytes() - before > MOST_GROWTH_BYTES) {
            throw new AssertionError("memory grew by " + (usedBytes() - before) + " bytes in " + rounds + " rounds");
        }
        return summary(rounds);
    }

    /** Does so many rounds. */
    String run(int rounds) throws IOException {
        for (int i = 0; i < rounds; i++) {
            round();
        }
        return summary(rounds);
    }

    /** How many inputs were refused so far. */
    long refused() {
        return refused;
    }

    private String summary(int rounds) {
        return "broken archives: " + 3 * rounds + ", refused: " + refused + ", slowest: " + slowestMillis + " ms";
    }

    private void round() throws IOException {
        Random random = new Random(++seed);
        byte[] layer = broken(random, pick(random, layers));
        attempt("layer", () -> readLayer(layer));
        byte[] archive = broken(random, pick(random, archives));
        attempt("archive", () -> readArchive(archive));
        byte[] document = broken(random, pick(random, documents));
        attempt("document", () -> readDocument(document));
    }

    private interface Reading {
        void read() throws IOException;
    }

    private void attempt(String what, Reading reading) {
        long start = System.nanoTime();
        try {
            reading.read();
        } catch (EngineException e) {
            refused++;
            if (e.kind() == EngineException.Kind.INTERNAL) {
                throw new AssertionError(what + " of seed " + seed + " is said to be the machine's failure: " + e, e);
            }
        } catch (IOException e) {
            refused++;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError(what + " of seed " + seed + ": " + e, e);
        }
        long millis = (System.nanoTime() - start) / 1_000_000;
        slowestMillis = Math.max(slowestMillis, millis);
        if (millis > SLOWEST_MILLIS) {
            throw new AssertionError(what + " of seed " + seed + " took " + millis + " ms");
        }
    }

    private void readLayer(byte[] bytes) throws IOException {
        try (LoadAttempt attempt = new LoadAttempt(directories, settings)) {
            if (unpacks) {
                UnpackedLayer ignored = BlobIngest.unpack(attempt, new ByteArrayInputStream(bytes), true);
                return;
            }
            TarReader tar = new TarReader(new ByteArrayInputStream(bytes));
            while (tar.next() != null) {
                Thread.onSpinWait();
            }
            tar.drain();
        }
    }

    private void readArchive(byte[] bytes) throws IOException {
        if (!unpacks) {
            return;
        }
        try (LoadAttempt attempt = new LoadAttempt(directories, settings);
                ArchiveContent content = new ArchiveContent(attempt, ImageIndex.EMPTY, LoadProgress.SILENT)) {
            content.read(new ByteArrayInputStream(bytes));
            for (ArchiveManifests.Found found : new ArchiveManifests(content, null).images()) {
                ImageConfigFile ignored = ImageConfigFile.parse(found.draft().config());
            }
        }
    }

    private static void readDocument(byte[] bytes) {
        try {
            ImageManifest ignored = ImageManifest.parse(bytes);
        } catch (EngineException refusal) {
            // The same bytes may be the other document.
            ImageConfigFile ignored = ImageConfigFile.parse(bytes);
        }
    }

    private static byte[] pick(Random random, List<byte[]> from) {
        return from.get(random.nextInt(from.size())).clone();
    }

    /** One to four changes. */
    private static byte[] broken(Random random, byte[] good) {
        byte[] bytes = good;
        for (int i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
            bytes = switch (random.nextInt(7)) {
                case 0 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
                case 1 -> number(random, bytes);
                case 2 -> doubled(random, bytes);
                case 3 -> swapped(random, bytes);
                case 4 -> word(random, bytes);
                default -> flipped(random, bytes);
            };
        }
        return bytes;
    }

    private static byte[] flipped(Random random, byte[] bytes) {
        int at = random.nextInt(bytes.length);
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        return fixed(bytes, at);
    }

    /** A number of a header becomes another one. */
    private static byte[] number(Random random, byte[] bytes) {
        int header = random.nextInt(bytes.length / TarReader.BLOCK + 1) * TarReader.BLOCK;
        int[] fields = {100, 108, 116, 124, 124, 136, 156, 329, 337};
        byte[] value = NUMBERS[random.nextInt(NUMBERS.length)].getBytes(StandardCharsets.ISO_8859_1);
        int at = header + fields[random.nextInt(fields.length)];
        for (int i = 0; i < value.length && at + i < bytes.length; i++) {
            bytes[at + i] = value[i];
        }
        return fixed(bytes, at);
    }

    private static byte[] doubled(Random random, byte[] bytes) {
        int from = random.nextInt(bytes.length);
        int length = Math.min(bytes.length - from, 1 + random.nextInt(4 * TarReader.BLOCK));
        byte[] result = Arrays.copyOf(bytes, bytes.length + length);
        System.arraycopy(bytes, from, result, from + length, bytes.length - from);
        return result;
    }

    private static byte[] swapped(Random random, byte[] bytes) {
        int blocks = bytes.length / TarReader.BLOCK;
        if (blocks < 2) {
            return bytes;
        }
        int one = random.nextInt(blocks) * TarReader.BLOCK;
        int other = random.nextInt(blocks) * TarReader.BLOCK;
        byte[] kept = Arrays.copyOfRange(bytes, one, one + TarReader.BLOCK);
        System.arraycopy(bytes, other, bytes, one, TarReader.BLOCK);
        System.arraycopy(kept, 0, bytes, other, TarReader.BLOCK);
        return bytes;
    }

    /** Something that names, lists and numbers are not. */
    private static byte[] word(Random random, byte[] bytes) {
        String[] words = {
            "null", "[]", "{}", "-1", "../../..", "\"", "1e999", "[[[[", "\u0000", "sha256:", "99999999999"
        };
        byte[] word = words[random.nextInt(words.length)].getBytes(StandardCharsets.UTF_8);
        int at = random.nextInt(bytes.length);
        System.arraycopy(word, 0, bytes, at, Math.min(word.length, bytes.length - at));
        return fixed(bytes, at);
    }

    /** The checksum of the header that was changed, or else nearly all changes would end there. */
    private static byte[] fixed(byte[] bytes, int at) {
        int header = at / TarReader.BLOCK * TarReader.BLOCK;
        if (header + TarReader.BLOCK > bytes.length || bytes[header + 257] != 'u') {
            return bytes;
        }
        int sum = 0;
        for (int i = 0; i < TarReader.BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : bytes[header + i] & 0xff;
        }
        byte[] digits = String.format(java.util.Locale.ROOT, "%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, bytes, header + 148, digits.length);
        return bytes;
    }

    private static long usedBytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** Removes a directory with all in it. */
    public static void delete(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
