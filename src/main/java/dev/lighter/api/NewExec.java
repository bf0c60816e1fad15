package dev.lighter.api;

import dev.lighter.container.ExecRequest;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A program that is asked to be executed in a container which runs. */
@Schema(name = "NewExec")
record NewExec(
        @NotEmpty(message = "is missing: name a program, such as [\"sh\"]")
        @Schema(
                description = "The program and its arguments",
                example = "[\"sh\"]",
                requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable
        List<@NotNull(message = "must not hold null") String> command,

        @Schema(description = "NAME=value, besides the container's own", example = "[\"LANG=C.UTF-8\"]") @Nullable
        List<@NotNull(message = "must not hold null") String> env,

        @Schema(description = "A user of the container's passwd file, or an id", example = "nobody") @Nullable
        String user,

        @Nullable String workingDirectory,

        @Schema(description = "With all capabilities", defaultValue = "false") @Nullable
        Boolean privileged,

        @Schema(description = "Whether its streams are a terminal", defaultValue = "true") @Nullable
        Boolean terminal) {
    private static final String KIND = "TERM=xterm-256color";

    ExecRequest toRequest() {
        boolean wantsTerminal = terminal == null || terminal;
        List<String> wanted = env == null ? List.of() : env;
        return new ExecRequest(
                command == null ? List.of() : command,
                wantsTerminal && wanted.stream().noneMatch(variable -> variable.startsWith("TERM="))
                        ? Stream.concat(wanted.stream(), Stream.of(KIND)).toList()
                        : wanted,
                user == null ? "" : user,
                workingDirectory == null ? "" : workingDirectory,
                privileged != null && privileged,
                wantsTerminal,
                true,
                true,
                true,
                "");
    }
}
