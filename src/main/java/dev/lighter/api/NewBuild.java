package dev.lighter.api;

import dev.lighter.build.BuildRequest;
import dev.lighter.error.EngineException;
import dev.lighter.image.ImageReference;
import io.swagger.v3.oas.annotations.media.Schema;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is to be built. */
@Schema(name = "NewBuild")
record NewBuild(
        @Schema(description = "By which it can be ended; made up where it is left out", example = "web-17") @Nullable
        String id,

        @Schema(
                description = "The Dockerfile itself, in place of one in the context",
                example = "FROM lighter/host\nRUN echo hello > /hello")
        @Nullable
        String text,

        @Schema(description = "The Dockerfile's path in the context", example = "docker/Dockerfile") @Nullable
        String file,

        @Schema(
                description = "A git repository or a URL to fetch the context from",
                example = "https://example.com/app.git#main")
        @Nullable
        String remote,

        @Schema(description = "The stage to build, the last by default") @Nullable
        String target,

        @Schema(description = "The image's names", example = "[\"app:1.0\"]") @Nullable
        List<String> tags,

        @Schema(description = "Values of arguments; never secrets, which histories would show") @Nullable
        Map<String, String> args,

        @Nullable Map<String, String> labels,

        @Schema(
                description = "Files for RUN --mount=type=secret by their ids; in no layer, no history and no row",
                example = "{\"token\":\"s3cret\"}")
        @Nullable
        Map<String, String> secrets,

        @Schema(description = "Whether every step is done again")
        boolean noCache,

        @Schema(description = "Whether base images are fetched anew")
        boolean pull,

        @Schema(description = "The network of steps: default, none, host or a name", example = "default") @Nullable
        String network,

        @Schema(description = "Not available: pass a key as a secret") @Nullable
        List<String> ssh) {
    BuildRequest toRequest() {
        if (ssh != null && !ssh.isEmpty()) {
            throw EngineException.invalid("ssh: agents are not passed on by this engine: pass a key as a secret");
        }
        Map<String, @Nullable String> values = new LinkedHashMap<>();
        if (args != null) {
            values.putAll(args);
        }
        Map<String, byte[]> files = new LinkedHashMap<>();
        if (secrets != null) {
            secrets.forEach((name, secret) -> files.put(name, secret.getBytes(StandardCharsets.UTF_8)));
        }
        BuildRequest.Steps usual = BuildRequest.Steps.USUAL;
        return new BuildRequest(
                orEmpty(id),
                orEmpty(remote),
                orEmpty(file),
                text,
                orEmpty(target),
                tags == null
                        ? List.of()
                        : tags.stream().map(ImageReference::parse).toList(),
                values,
                labels == null ? Map.of() : labels,
                files,
                Map.of(),
                new BuildRequest.Options(noCache, pull, false, List.of(), ""),
                new BuildRequest.Steps(
                        network == null || network.isEmpty() ? usual.network() : network,
                        usual.extraHosts(),
                        usual.shmBytes(),
                        usual.resources(),
                        usual.securityOptions()));
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }
}
