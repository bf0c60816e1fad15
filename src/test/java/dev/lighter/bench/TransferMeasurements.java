package dev.lighter.bench;

import dev.lighter.bench.Subject.Figure;
import dev.lighter.engine.Answer;
import dev.lighter.engine.DockerRegistry;
import dev.lighter.engine.SocketHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Pulls and pushes of one image between an engine and Debian's registry, both on this machine. */
final class TransferMeasurements implements AutoCloseable {
    private static final String NAME = "lighter/transfer";
    private static final Map<String, String> NOBODY =
            Map.of("X-Registry-Auth", Base64.getUrlEncoder().encodeToString("{}".getBytes(StandardCharsets.UTF_8)));

    private final DockerRegistry registry;

    private TransferMeasurements(DockerRegistry registry) {
        this.registry = registry;
    }

    /** A registry with the image in it, brought there by an engine that is not measured by this. */
    static TransferMeasurements prepare(Subject first, Path archive) throws IOException, InterruptedException {
        TransferMeasurements measurements = new TransferMeasurements(DockerRegistry.start("", ""));
        try (SocketHttp http = first.connect()) {
            http.sendFile("POST", "/v1.40/images/load?quiet=1", "application/x-tar", archive);
            Subject.expect(http.receive("POST"), 200);
        }
        measurements.tag(first, "lighter/bench", measurements.registry.host());
        measurements.push(first, measurements.registry.host());
        measurements.remove(first, measurements.registry.host() + "/" + NAME);
        measurements.remove(first, "lighter/bench");
        return measurements;
    }

    /** Median seconds of a pull of the image by an engine that has nothing of it, and of its push to an empty registry. */
    Figure[] measure(Subject subject, int runs) throws IOException, InterruptedException {
        List<Double> pulls = new ArrayList<>();
        List<Double> pushes = new ArrayList<>();
        String source = registry.host() + "/" + NAME;
        for (int i = 0; i < runs; i++) {
            long begin = System.nanoTime();
            request(subject, pull(subject, source));
            pulls.add((System.nanoTime() - begin) / 1e9);
            try (DockerRegistry empty = DockerRegistry.start("", "")) {
                tag(subject, source, empty.host());
                begin = System.nanoTime();
                push(subject, empty.host());
                pushes.add((System.nanoTime() - begin) / 1e9);
                remove(subject, empty.host() + "/" + NAME);
            }
            remove(subject, source);
        }
        return new Figure[] {Figure.of(Measurements.median(pulls), runs), Figure.of(Measurements.median(pushes), runs)};
    }

    /** Podman asks even this machine for a certificate, unless told otherwise, and for a pull only its own API can tell it. */
    private static String pull(Subject subject, String image) {
        return subject.name().equals(Peers.PODMAN)
                ? "/v4.0.0/libpod/images/pull?reference=" + image + ":latest&tlsVerify=false"
                : "/v1.40/images/create?fromImage=" + image + "&tag=latest";
    }

    private void tag(Subject subject, String image, String host) throws IOException {
        try (SocketHttp http = subject.connect()) {
            Subject.expect(
                    http.request(
                            "POST", "/v1.40/images/" + image + "/tag?repo=" + host + "/" + NAME + "&tag=latest", ""),
                    201);
        }
    }

    private void push(Subject subject, String host) throws IOException {
        request(
                subject,
                "/v1.40/images/" + host + "/" + NAME + "/push?tag=latest"
                        + (subject.name().equals(Peers.PODMAN) ? "&tlsVerify=false" : ""));
    }

    private static void request(Subject subject, String path) throws IOException {
        try (SocketHttp http = subject.connect()) {
            Answer answer = http.request("POST", path, NOBODY, "");
            if (answer.status() != 200
                    || answer.text().contains("errorDetail")
                    || answer.text().contains("\"error\":")) {
                throw new IOException(subject.name() + ": " + path + ": " + answer.text());
            }
        }
    }

    private static void remove(Subject subject, String image) throws IOException {
        try (SocketHttp http = subject.connect()) {
            http.request("DELETE", "/v1.40/images/" + image + "?force=1", "");
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        registry.close();
    }
}
