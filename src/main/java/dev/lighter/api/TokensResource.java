package dev.lighter.api;

import dev.lighter.error.EngineException;
import dev.lighter.team.Identity;
import dev.lighter.team.IssuedToken;
import dev.lighter.team.Token;
import dev.lighter.team.TokenService;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The tokens of whoever asks. */
@RestController
@RequestMapping("/api/tokens")
@Tag(name = "Tokens", description = "Bearer tokens for scripts")
class TokensResource {
    private final TokenService tokens;

    TokensResource(TokenService tokens) {
        this.tokens = tokens;
    }

    /** What a token is asked for with: at most one of the two ways to say when it expires; neither for never. */
    @Schema(name = "NewToken")
    record NewToken(
            @NotBlank(message = "is missing: say what the token is for")
            @Size(max = 100, message = "is too long: use at most 100 characters")
            @Schema(
                    description = "What it is for",
                    example = "nightly build",
                    requiredMode = Schema.RequiredMode.REQUIRED)
            @Nullable
            String name,

            @Min(value = 1, message = "must be at least 1")
            @Max(value = 36_500, message = "must be at most 36500")
            @Schema(description = "Days until it expires", example = "30")
            @Nullable
            Integer expiresInDays,

            @Schema(description = "When it expires", example = "2030-01-31T00:00:00Z") @Nullable
            Instant expiresAt) {}

    /** A token with its secret, or without. */
    @Schema(name = "Token")
    record TokenAnswer(
            @Schema(example = "5b1f0c8f3a7d4e2b9c6a1d0e8f7b3c5a")
            String id,

            @Schema(example = "nightly build") String name,
            Instant createdAt,

            @Schema(description = "Null for never") @Nullable
            Instant expiresAt,

            @Schema(description = "Null before the first use; exact to a minute") @Nullable
            Instant lastUsedAt,

            @Schema(description = "Whether it has expired") boolean expired) {
        static TokenAnswer of(Token token) {
            return new TokenAnswer(
                    token.id(),
                    token.name(),
                    token.createdAt(),
                    token.expiresAt(),
                    token.lastUsedAt(),
                    !token.isValid(Instant.now()));
        }
    }

    /** A token at its creation. */
    @Schema(name = "IssuedToken")
    record IssuedTokenAnswer(
            @Schema(example = "5b1f0c8f3a7d4e2b9c6a1d0e8f7b3c5a")
            String id,

            @Schema(example = "nightly build") String name,

            @Schema(
                    description = "The token itself, shown only here",
                    example = "lt_9sQ0m2y8TtXo0bW1Vd5fS3nJ7kLqRzPcAhGeUiYw4xE")
            String secret,

            @Schema(description = "The same as secret") String token,
            Instant createdAt,
            @Nullable Instant expiresAt) {
        static IssuedTokenAnswer of(IssuedToken issued) {
            Token token = issued.token();
            return new IssuedTokenAnswer(
                    token.id(), token.name(), issued.secret(), issued.secret(), token.createdAt(), token.expiresAt());
        }
    }

    @GetMapping
    @Operation(summary = "List tokens", description = "Your own that are not revoked, newest first, without secrets.")
    List<TokenAnswer> list(@AuthenticationPrincipal Identity identity) {
        return tokens.list(identity.account()).stream().map(TokenAnswer::of).toList();
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Create a token",
            description = "The answer holds the token's secret, which is shown only this once.")
    @ApiResponse(responseCode = "201", description = "The new token with its secret")
    ResponseEntity<IssuedTokenAnswer> create(
            @AuthenticationPrincipal Identity identity, @Valid @RequestBody NewToken wanted) {
        Integer days = wanted.expiresInDays();
        if (days != null && wanted.expiresAt() != null) {
            throw EngineException.invalid("give expiresInDays or expiresAt, not both");
        }
        Instant expiresAt = days == null ? wanted.expiresAt() : Instant.now().plus(Duration.ofDays(days));
        IssuedToken issued = tokens.issue(identity.account(), String.valueOf(wanted.name()), expiresAt);
        return ResponseEntity.created(URI.create("/api/tokens/" + issued.token().id()))
                .cacheControl(CacheControl.noStore())
                .body(IssuedTokenAnswer.of(issued));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Revoke a token", description = "It is useless from the next request on.")
    @ApiResponse(responseCode = "204", description = "The token is revoked")
    void revoke(
            @AuthenticationPrincipal Identity identity,
            @Parameter(description = "The token's id") @PathVariable String id) {
        tokens.revoke(identity.account(), id);
    }
}
