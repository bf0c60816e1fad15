package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.error.EngineException;
import dev.lighter.image.DistributedImage;
import dev.lighter.image.ImageReference;
import dev.lighter.image.ImageTransfers;
import dev.lighter.image.registry.Credentials;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** What Docker's clients ask of registries through the engine. */
@RestController
@Tag(name = "Docker: registries", description = "Log in, and look at what registries have")
class DistributionController {
    private static final String ENDING = "/json";

    private final ImageTransfers transfers;
    private final JsonMapper json;

    DistributionController(ImageTransfers transfers, JsonMapper json) {
        this.transfers = transfers;
        this.json = json;
    }

    /** Docker's AuthConfig; names are in lower case, as clients send them. */
    @Schema(name = "AuthConfig")
    record AuthBody(
            @JsonProperty("username") @Nullable String username,
            @JsonProperty("password") @Nullable String password,

            @JsonProperty("email") @Schema(description = "Not used any more") @Nullable
            String email,

            @JsonProperty("auth") @Schema(description = "User and password in base64") @Nullable
            String auth,

            @JsonProperty("serveraddress") @Schema(example = "registry.example.com") @Nullable
            String serverAddress,

            @JsonProperty("identitytoken") @Nullable String identityToken,
            @JsonProperty("registrytoken") @Nullable String registryToken) {}

    /** That it worked. */
    record AuthAnswer(
            @JsonProperty("Status") String status,
            @JsonProperty("IdentityToken") String identityToken) {}

    @PostMapping("/auth")
    @Operation(
            summary = "Check credentials",
            description = "Asks the registry whether it accepts them. They are not kept.")
    @ApiResponse(responseCode = "200", description = "It does")
    @ApiResponse(responseCode = "401", description = "It does not")
    AuthAnswer authenticate(@RequestBody AuthBody body) {
        Credentials credentials;
        try {
            credentials = RegistryAuth.of(json.valueToTree(body));
        } catch (IllegalArgumentException e) {
            throw EngineException.invalid("auth: it is not base64");
        }
        transfers.authenticate(credentials.serverAddress(), credentials);
        return new AuthAnswer("Login Succeeded", "");
    }

    /** What a registry has under a name. */
    record DistributionInspect(
            @JsonProperty("Descriptor") Descriptor descriptor,
            @JsonProperty("Platforms") List<PlatformBody> platforms) {
        /** Of a manifest or index. */
        record Descriptor(
                @JsonProperty("mediaType") String mediaType,
                @JsonProperty("digest") String digest,
                @JsonProperty("size") long size) {}

        /** For which there is an image. */
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        record PlatformBody(
                @JsonProperty("architecture") String architecture,
                @JsonProperty("os") String os,
                @JsonProperty("variant") String variant) {}

        static DistributionInspect of(DistributedImage image) {
            return new DistributionInspect(
                    new Descriptor(
                            image.descriptor().mediaType(),
                            image.descriptor().digest(),
                            image.descriptor().sizeBytes()),
                    image.platforms().stream()
                            .map(one -> new PlatformBody(one.architecture(), one.os(), one.variant()))
                            .toList());
        }
    }

    @GetMapping("/distribution/{*path}")
    @Operation(
            summary = "Look at an image in its registry",
            description = "Digest, type and platforms of what the registry has under a name, without pulling it.",
            parameters = {
                @Parameter(
                        name = "path",
                        in = ParameterIn.PATH,
                        description = "A name, with or without tag or digest, then /json",
                        example = "registry.example.com/app:1.0/json"),
                @Parameter(
                        name = RegistryAuth.HEADER,
                        in = ParameterIn.HEADER,
                        description = "Docker's AuthConfig as JSON in base64url")
            })
    DistributionInspect distribution(@PathVariable String path, HttpServletRequest request) {
        if (!path.endsWith(ENDING) || path.length() <= ENDING.length() + 1) {
            throw EngineException.notFound("page not found");
        }
        ImageReference name = ImageReference.parse(path.substring(1, path.length() - ENDING.length()));
        return DistributionInspect.of(transfers.distribution(name, RegistryAuth.of(request, json)));
    }
}
