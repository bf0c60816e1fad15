package dev.lighter.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lighter.build.BuildOutput;
import dev.lighter.build.OpenBuild;
import dev.lighter.build.StepExitException;
import dev.lighter.error.EngineException;
import dev.lighter.image.TransferEvent;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Writes what a build says as lines of JSON. Belongs to one request. */
final class BuildProgress implements BuildOutput {
    static final String LINES = "application/x-ndjson";

    private final HttpServletResponse response;
    private final JsonMapper json;
    private @Nullable OutputStream out;

    BuildProgress(HttpServletResponse response, JsonMapper json) {
        this.response = response;
        this.json = json;
    }

    /** One line: the build's id, a piece of text, a step of a pull, the image, or why it failed. */
    @Schema(name = "BuildLine")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Line(
            @Schema(description = "The build, by which it can be ended: the first line") @Nullable
            String build,

            @Schema(
                    description = "What it says; lines end with a line feed",
                    example = "Step 1/2 : FROM lighter/host\n")
            @Nullable
            String text,

            @Schema(description = "How the pull of a base image goes on")
            ImageTransfersResource.@Nullable StepAnswer transfer,

            @Schema(description = "The image that was built: the last line but for text") @Nullable
            String image,

            @Schema(description = "Why it failed: the last line") @Nullable
            String error,

            @Schema(description = "How the program of a step ended, where that is why") @Nullable
            Integer exitCode) {}

    /** Runs a build; what goes wrong becomes the last line. */
    void run(OpenBuild build, BooleanSupplier client) throws IOException {
        try {
            write(new Line(build.id(), null, null, null, null, null));
            var ignored = build.run(this, client);
        } catch (EngineException e) {
            Integer code = e.getCause() instanceof StepExitException exit ? exit.code() : null;
            write(new Line(null, null, null, null, e.getMessage(), code));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void text(String text) {
        write(new Line(null, text, null, null, null, null));
    }

    @Override
    public void transfer(TransferEvent event) {
        write(new Line(null, null, ImageTransfersResource.StepAnswer.of(event), null, null, null));
    }

    @Override
    public void image(String id) {
        write(new Line(null, null, null, id, null, null));
    }

    private void write(Line line) {
        try {
            OutputStream to = out;
            if (to == null) {
                response.setContentType(LINES);
                to = response.getOutputStream();
                out = to;
            }
            to.write(json.writeValueAsBytes(line));
            to.write('\n');
            to.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
