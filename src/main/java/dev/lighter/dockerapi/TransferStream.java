package dev.lighter.dockerapi;

import dev.lighter.error.EngineException;
import dev.lighter.http.ClientPresence;
import dev.lighter.image.TransferEvent;
import dev.lighter.image.TransferProgress;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes how a pull or push goes on, line by line. What fails before the first line is answered as any failure; a client that is gone breaks
 * the transfer off. Belongs to one request.
 */
final class TransferStream implements TransferProgress {
    private static final byte[] LINE_END = "\r\n".getBytes(StandardCharsets.US_ASCII);

    private final HttpServletResponse response;
    private final JsonMapper json;
    private final BooleanSupplier presence;
    private boolean begun;

    TransferStream(HttpServletRequest request, HttpServletResponse response, JsonMapper json) {
        this.response = response;
        this.json = json;
        this.presence = ClientPresence.of(request);
    }

    /** Runs the work; a failure becomes the stream's last line, once there is a stream. */
    void run(Runnable work) throws IOException {
        try {
            work.run();
        } catch (EngineException e) {
            if (!begun) {
                throw e;
            }
            write(ProgressLine.error(String.valueOf(e.getMessage())));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void event(TransferEvent event) {
        write(TransferLine.of(event));
    }

    @Override
    public boolean isWanted() {
        return presence.getAsBoolean();
    }

    private void write(Object line) {
        try {
            if (!begun) {
                begun = true;
                response.setContentType(MediaType.APPLICATION_JSON_VALUE);
            }
            response.getOutputStream().write(json.writeValueAsBytes(line));
            response.getOutputStream().write(LINE_END);
            response.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
