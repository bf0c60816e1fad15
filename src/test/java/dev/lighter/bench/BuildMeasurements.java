package dev.lighter.bench;

import dev.lighter.bench.Subject.Figure;
import dev.lighter.engine.Answer;
import dev.lighter.engine.SocketHttp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Builds whose steps do nothing, so that what is measured is the builder. */
final class BuildMeasurements {
    private static final int STEPS = 10;
    private static final String NAME = "lighter/bench-build";

    private BuildMeasurements() {}

    /**
     * Median seconds of a build of ten steps without the cache, and median milliseconds of the same with all of it cached; without a
     * network, which not every peer has here.
     */
    static Figure[] measure(Subject subject, Path directory, int runs, int cachedRuns) throws IOException {
        Path context = directory.resolve("context-" + subject.name() + ".tar");
        Files.write(context, context(subject));
        List<Double> cold = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            cold.add(build(subject, context, "&nocache=1") / 1e9);
        }
        build(subject, context, "");
        List<Double> cached = new ArrayList<>();
        for (int i = 0; i < cachedRuns; i++) {
            cached.add(build(subject, context, "") / 1e6);
        }
        try (SocketHttp http = subject.connect()) {
            http.request("DELETE", "/v1.40/images/" + NAME + "?force=1", "");
        }
        return new Figure[] {
            Figure.of(Measurements.median(cold), runs), Figure.of(Measurements.median(cached), cachedRuns)
        };
    }

    private static byte[] context(Subject subject) throws IOException {
        byte[] dockerfile =
                ("FROM " + subject.image() + "\n" + "RUN true\n".repeat(STEPS)).getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            TarArchiveEntry entry = new TarArchiveEntry("Dockerfile");
            entry.setSize(dockerfile.length);
            tar.putArchiveEntry(entry);
            tar.write(dockerfile);
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }

    /** Nanoseconds of a build. */
    private static long build(Subject subject, Path context, String more) throws IOException {
        try (SocketHttp http = subject.connect()) {
            long begin = System.nanoTime();
            http.sendFile(
                    "POST", "/v1.40/build?t=" + NAME + "&rm=1&networkmode=none" + more, "application/x-tar", context);
            Answer answer = http.receive("POST");
            long nanos = System.nanoTime() - begin;
            if (answer.status() != 200 || !answer.text().contains("Successfully built")) {
                throw new IOException(subject.name() + " does not build: " + answer.text());
            }
            return nanos;
        }
    }
}
