package dev.lighter.api;

import dev.lighter.image.host.HostImageRequest;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an image of the host's files is asked for with. */
@Schema(name = "NewHostImage")
record NewHostImage(
        @Schema(
                description = "A name, with a tag or without; taken from the image that has it",
                example = "postgres:15",
                requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable
        @NotBlank(message = "must say what the image is called")
        String name,

        @Schema(description = "Names of commands, looked for where root's are", example = "[\"sh\", \"cat\"]") @Nullable
        List<@NotNull(message = "must not be null") String> commands,

        @Schema(
                description = "Absolute paths of files, or of directories with all that is in them",
                example = "[\"/etc/ssl/certs\"]")
        @Nullable
        List<@NotNull(message = "must not be null") String> paths,

        @Schema(description = "Installed packages, on hosts that use dpkg", example = "[\"postgresql-15\"]") @Nullable
        List<@NotNull(message = "must not be null") String> packages,

        @Schema(
                description =
                        "Whether packages come with those that they depend on, and with the essential ones of the"
                                + " distribution, such as a shell and cat. Otherwise they come only with the libraries and interpreters of their programs",
                defaultValue = "true")
        @Nullable
        Boolean dependencies,

        @Schema(example = "[\"LANG=C.UTF-8\"]") @Nullable List<@NotNull(message = "must not be null") String> env,

        @Schema(example = "[\"/usr/lib/postgresql/15/bin/postgres\"]") @Nullable
        List<@NotNull(message = "must not be null") String> entrypoint,

        @Schema(
                description = "Default arguments; without these and an entrypoint, the first command",
                example = "[\"-D\", \"/var/lib/postgresql/data\"]")
        @Nullable
        List<@NotNull(message = "must not be null") String> cmd,

        @Schema(description = "user[:group], names of this host or numbers; root when left out", example = "postgres")
        @Nullable
        String user,

        @Schema(example = "/var/lib/postgresql") @Nullable String workingDir,

        @Schema(example = "[\"5432/tcp\"]") @Nullable List<@NotNull(message = "must not be null") String> exposedPorts,

        @Schema(example = "[\"/var/lib/postgresql\"]") @Nullable
        List<@NotNull(message = "must not be null") String> volumes,

        @Schema(example = "{\"maintained-by\":\"us\"}") @Nullable
        Map<String, @NotNull(message = "must not be null") String> labels) {
    HostImageRequest toRequest() {
        return new HostImageRequest(
                name == null ? "" : name,
                list(commands),
                list(paths),
                list(packages),
                dependencies == null || dependencies,
                list(env),
                list(entrypoint),
                list(cmd),
                user == null ? "" : user,
                workingDir == null ? "" : workingDir,
                list(exposedPorts),
                list(volumes),
                labels == null ? Map.of() : labels);
    }

    private static List<String> list(@Nullable List<String> given) {
        return given == null ? List.of() : given;
    }
}
