package dev.lighter.api;

import dev.lighter.container.ExecView;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A program executed, or to be executed, in a container, as {@code /api} tells it. */
@Schema(name = "Exec")
record ExecAnswer(
        @Schema(description = "64 hexadecimal digits") String id,
        String containerId,

        @Schema(example = "[\"sh\"]") List<String> command,

        @Schema(description = "Empty for the container's own")
        String user,

        boolean terminal,
        boolean running,

        @Schema(description = "On the host; 0 before it runs")
        int pid,

        @Schema(description = "Null before it has ended") @Nullable
        Integer exitCode) {
    static ExecAnswer of(ExecView view) {
        return new ExecAnswer(
                view.id(),
                view.containerId(),
                view.request().command(),
                view.request().user(),
                view.request().terminal(),
                view.running(),
                view.pid(),
                view.exitCode());
    }
}
