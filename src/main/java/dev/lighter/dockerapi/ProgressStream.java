package dev.lighter.dockerapi;

import dev.lighter.error.EngineException;
import dev.lighter.image.LoadProgress;
import dev.lighter.image.LoadedImage;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/** Writes how a load goes on, line by line, while it goes on. A client that is gone ends the load. Belongs to one request. */
final class ProgressStream implements LoadProgress {
    private static final byte[] LINE_END = "\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final long PAUSE_NANOS = 100_000_000;

    private final OutputStream out;
    private final JsonMapper json;
    private final boolean quiet;
    private long lastNanos;

    ProgressStream(HttpServletResponse response, JsonMapper json, boolean quiet) throws IOException {
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        this.out = response.getOutputStream();
        this.json = json;
        this.quiet = quiet;
    }

    /** Runs the work; a failure becomes the stream's last line, as Docker has it. */
    void run(Runnable work) throws IOException {
        try {
            work.run();
        } catch (EngineException e) {
            write(ProgressLine.error(String.valueOf(e.getMessage())));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void layer(String name, long currentBytes, long totalBytes) {
        long now = System.nanoTime();
        if (!quiet && (currentBytes == totalBytes || now - lastNanos > PAUSE_NANOS)) {
            lastNanos = now;
            write(ProgressLine.layer(name, currentBytes, totalBytes));
        }
    }

    @Override
    public void loaded(LoadedImage image) {
        write(ProgressLine.text(
                image.name().isEmpty() ? "Loaded image ID: " + image.id() : "Loaded image: " + image.name()));
    }

    @Override
    public void replaced(String name, String formerId) {
        write(ProgressLine.text("The image " + name + " already exists, renaming the old one with ID " + formerId
                + " to empty string"));
    }

    void write(ProgressLine line) {
        try {
            out.write(json.writeValueAsBytes(line));
            out.write(LINE_END);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
