package dev.lighter.container.log;

import static dev.lighter.container.log.SegmentWriter.at;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.launch.LogDirectory;
import dev.lighter.launch.LogPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs of several segments, compressed and not: read, searched, followed, thinned out. */
class SegmentedLogTest {
    private static final LogPolicy THREE = new LogPolicy(1 << 20, 3, true, true, 0);

    @TempDir
    private Path directory;

    private SegmentWriter log;
    private final ContainerLogs logs = new ContainerLogs(LogSettings.USUAL);

    @BeforeEach
    void emptyLog() throws IOException {
        log = new SegmentWriter(directory);
    }

    @AfterEach
    void close() {
        logs.close();
    }

    /** Three segments: seconds 10 to 12, 20 to 22, 30 to 32; two lines each second, the second one an error. */
    private void threeSegments(boolean compressed) throws IOException {
        for (int segment = 1; segment <= 3; segment++) {
            if (segment > 1) {
                log.begin(segment, segment * 10L - 1, 0);
            }
            for (int i = 0; i < 3; i++) {
                long second = segment * 10L + i;
                log.writeAt(second, 1, "out " + second + "\n");
                log.writeAt(second, 2, "err " + second + "\n");
            }
        }
        if (compressed) {
            new LogKeeper().keep(log.directory(), THREE);
            assertThat(log.directory().compressed(1)).isDirectory();
            assertThat(log.directory().segment(1)).doesNotExist();
            assertThat(log.directory().segment(3)).isDirectory();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void linesAreFoundFromTheEndAndByTimeAcrossSegments(boolean compressed) throws IOException {
        threeSegments(compressed);

        assertThat(read(LogQuery.ALL).lines()).hasSize(18).startsWith("out 10", "err 10").endsWith("err 32");
        assertThat(tail(7)).isEqualTo("err 22\nout 30\nerr 30\nout 31\nerr 31\nout 32\nerr 32\n");
        assertThat(read(new LogQuery(true, false, null, null, 5, false)))
                .isEqualTo("out 21\nout 22\nout 30\nout 31\nout 32\n");
        assertThat(read(new LogQuery(false, true, null, null, 4, false))).isEqualTo("err 22\nerr 30\nerr 31\nerr 32\n");
        assertThat(read(between(12, 20, -1))).isEqualTo("out 12\nerr 12\nout 20\nerr 20\n");
        assertThat(read(between(15, 20, -1))).isEqualTo("out 20\nerr 20\n");
        assertThat(read(between(13, 19, -1))).isEmpty();
        assertThat(read(between(12, 20, 3))).isEqualTo("err 12\nout 20\nerr 20\n");
        assertThat(read(between(33, 99, -1))).isEmpty();
        assertThat(read(between(0, 9, -1))).isEmpty();
        assertThat(tail(1000).lines()).hasSize(18);
    }

    @Test
    void everyTailIsTheEndOfTheWhole() throws IOException {
        Random random = new Random(7);
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            String text = "xyz\n".substring(random.nextInt(4)).repeat(random.nextInt(3));
            if (!text.isEmpty()) {
                log.write(1, text);
                for (char c : text.toCharArray()) {
                    line.append(c);
                    if (c == '\n') {
                        lines.add(line.toString());
                        line.setLength(0);
                    }
                }
            }
            if (i % 60 == 59) {
                log.begin(i / 60 + 2, 1, line.isEmpty() ? 0 : 1);
            }
        }
        log.write(1, "end\n");
        lines.add(line + "end\n");

        for (int count = 0; count <= lines.size() + 1; count++) {
            String expected = lines.stream()
                    .skip(Math.max(0, lines.size() - count))
                    .collect(Collectors.joining());
            assertThat(tail(count)).as("tail %d", count).isEqualTo(expected);
            assertThat(read(new LogQuery(true, false, null, null, count, false))).isEqualTo(expected);
        }
    }

    @Test
    void aTailWithALineOfTheOtherStreamAcrossASegmentsBorderIsWhole() throws IOException {
        log.write(1, "old\nbe");
        log.begin(2, 1, 1);
        log.write(2, "err\n");
        log.write(1, "gun\n");

        assertThat(tail(2)).isEqualTo("beerr\ngun\n");
        assertThat(tail(1)).isEqualTo("begun\n");
    }

    @Test
    void theOldestSegmentBeginsWithAWholeLine() throws IOException {
        log.write(1, "lost\nbe");
        log.begin(2, 1, 1);
        log.write(1, "gun\nwhole\n");
        log.write(2, "err\n");
        LogDirectory.remove(log.directory().segment(1));

        assertThat(read(LogQuery.ALL)).isEqualTo("whole\nerr\n");
        assertThat(tail(100)).isEqualTo("whole\nerr\n");
        assertThat(tail(1)).isEqualTo("err\n");
    }

    @Test
    void whatIsTooMuchIsRemovedTheOldestFirst() throws IOException {
        threeSegments(false);
        log.begin(4, 40, 0);
        log.writeAt(40, 1, "out 40\n");

        new LogKeeper().keep(log.directory(), THREE);

        assertThat(log.directory().numbers()).containsExactly(2, 3, 4);
        assertThat(read(LogQuery.ALL)).startsWith("out 20\n").endsWith("out 40\n");
        new LogKeeper().keep(log.directory(), new LogPolicy(1 << 20, 1, false, true, 0));
        assertThat(read(LogQuery.ALL)).isEqualTo("out 40\n");
    }

    @Test
    void aSegmentThatGrewUnattendedCountsAsSeveral() throws IOException {
        log.write(1, "x\n");
        log.begin(2, 1, 0);
        log.write(1, "0123456789\n".repeat(3));
        log.begin(3, 2, 0);

        new LogKeeper().keep(log.directory(), new LogPolicy(11, 4, false, true, 0));

        assertThat(log.directory().numbers()).containsExactly(2, 3);
    }

    @Test
    void whatAKeeperWasKilledInIsDoneAgain() throws IOException {
        threeSegments(false);
        Files.createDirectory(log.directory().unfinished(1));
        Files.writeString(log.directory().unfinished(1).resolve("out"), "half");

        new LogKeeper().keep(log.directory(), THREE);
        assertThat(log.directory().unfinished(1)).doesNotExist();
        assertThat(read(LogQuery.ALL).lines()).hasSize(18);

        // The compressed form is there, and the plain one is gone in part.
        Files.createDirectory(log.directory().segment(1));
        Files.writeString(log.directory().segment(1).resolve("out"), "out 10\n");
        assertThat(read(LogQuery.ALL).lines()).hasSize(18);
    }

    @Test
    void aReaderGoesOnFromSegmentToSegmentWhileTheyAreRemovedAndCompressed() throws Exception {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        LogSink sink = into(read);
        log.write(1, "1\n");
        try (FollowedLog followed = logs.open("c", directory)) {
            followed.read(LogQuery.ALL, sink);
            log.write(1, "2\n");
            for (int segment = 2; segment <= 9; segment++) {
                log.begin(segment, segment, 0);
                logs.rotated("c", directory, new LogPolicy(1 << 20, 2, segment % 2 == 0, true, 0));
                log.write(1, (segment + 1) + "\n");
            }
            for (int number : log.directory().numbers()) {
                LogDirectory.remove(log.directory().segment(number));
                LogDirectory.remove(log.directory().compressed(number));
            }
            followed.read(LogQuery.ALL, sink);
        }

        assertThat(read.toString(UTF_8)).isEqualTo("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n");
    }

    @Test
    void aReaderThatIsTooFarBehindMissesAPartAndGoesOn() throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try (OpenLog open = new OpenLog(log.directory(), 10);
                LogReader reader = new LogReader(open)) {
            log.write(1, "first\n");
            reader.read(LogQuery.ALL, into(read));
            for (int segment = 2; segment <= 4; segment++) {
                log.write(1, "much of " + segment + "\n");
                log.begin(segment, segment, 0);
                LogDirectory.remove(log.directory().segment(segment - 1));
                open.rotated();
            }
            log.write(1, "last\n");
            reader.read(LogQuery.ALL, into(read));
        }

        assertThat(read.toString(UTF_8)).startsWith("first\n").endsWith("last\n").doesNotContain("much of 2");
    }

    @Test
    void attributesStandBehindTheTimeOrAlone() throws IOException {
        log.writeAt(10, 1, "line\nanother\n");

        assertThat(read(new LogQuery(true, true, null, null, -1, true, "a=b")))
                .isEqualTo("1970-01-01T00:00:10.000000000Z a=b line\n1970-01-01T00:00:10.000000000Z a=b another\n");
        assertThat(read(new LogQuery(true, true, null, null, -1, false, ""))).isEqualTo(" line\n another\n");
    }

    private static LogQuery between(long since, long until, long tail) {
        Instant from = at(since);
        return new LogQuery(true, true, from, at(until), tail, false);
    }

    private String tail(long lines) throws IOException {
        return read(new LogQuery(true, true, null, null, lines, false));
    }

    private String read(LogQuery query) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try (OpenLog open = new OpenLog(log.directory(), Long.MAX_VALUE);
                LogReader reader = new LogReader(open)) {
            reader.read(query, into(read));
        }
        return read.toString(UTF_8);
    }

    private static LogSink into(ByteArrayOutputStream read) {
        return (stream, bytes) -> read.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    }
}
