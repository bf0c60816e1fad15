package dev.lighter.dockerapi;

import dev.lighter.build.BuildOutput;
import dev.lighter.build.OpenBuild;
import dev.lighter.build.StepExitException;
import dev.lighter.error.EngineException;
import dev.lighter.image.TransferEvent;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/** Writes what a build says, line by line; a quiet one says only its image, or all of it when it fails. Belongs to one request. */
final class BuildStream implements BuildOutput {
    private static final byte[] LINE_END = "\r\n".getBytes(StandardCharsets.US_ASCII);

    private final HttpServletResponse response;
    private final JsonMapper json;
    private final boolean quiet;
    private final List<String> held = new ArrayList<>();
    private @Nullable OutputStream out;

    BuildStream(HttpServletResponse response, JsonMapper json, boolean quiet) {
        this.response = response;
        this.json = json;
        this.quiet = quiet;
    }

    /** Runs a build. What goes wrong before anything is said is thrown; afterwards it becomes the last line. */
    void run(OpenBuild build, BooleanSupplier client) throws IOException {
        try {
            String image = build.run(this, client);
            if (quiet) {
                write(BuildLine.text(image + "\n"));
            }
        } catch (EngineException e) {
            if (out == null && held.isEmpty()) {
                throw e;
            }
            held.forEach(text -> write(BuildLine.text(text)));
            Integer code = e.getCause() instanceof StepExitException exit ? exit.code() : null;
            write(BuildLine.error(String.valueOf(e.getMessage()), code));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void text(String text) {
        if (quiet) {
            held.add(text);
        } else {
            write(BuildLine.text(text));
        }
    }

    @Override
    public void transfer(TransferEvent event) {
        if (!quiet) {
            write(TransferLine.of(event));
        }
    }

    @Override
    public void image(String id) {
        if (!quiet) {
            write(BuildLine.image(id));
        }
    }

    private void write(Object line) {
        try {
            OutputStream to = out;
            if (to == null) {
                response.setContentType(MediaType.APPLICATION_JSON_VALUE);
                to = response.getOutputStream();
                out = to;
            }
            to.write(json.writeValueAsBytes(line));
            to.write(LINE_END);
            to.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
