package dev.lighter.api;

import dev.lighter.team.Identity;
import dev.lighter.team.SignInService;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The account of whoever asks. */
@RestController
@RequestMapping("/api/account")
@Tag(name = "Account", description = "Your own account")
class AccountResource {
    private final SignInService signIns;

    AccountResource(SignInService signIns) {
        this.signIns = signIns;
    }

    /** Who asks. */
    @Schema(name = "Account")
    record AccountAnswer(
            @Schema(example = "admin") String name,
            @Schema(example = "administrator") String role,

            @Schema(
                    description = "How you were recognised",
                    allowableValues = {"socket", "sign_in", "token"},
                    example = "token")
            String means) {}

    /** The present and the new password. */
    @Schema(name = "PasswordChange")
    record PasswordChange(
            @Schema(description = "The present password; not needed on the unix socket") @Nullable
            String currentPassword,

            @NotNull(message = "is missing")
            @Schema(
                    description = "At least 12 characters, at most 72 bytes",
                    example = "correct horse battery staple",
                    requiredMode = Schema.RequiredMode.REQUIRED)
            @Nullable
            String newPassword) {
        @Override
        public String toString() {
            return "PasswordChange[]";
        }
    }

    @GetMapping
    @Operation(summary = "Show your account", description = "The account that the request acts as.")
    AccountAnswer account(@AuthenticationPrincipal Identity identity) {
        return new AccountAnswer(
                identity.account().name(),
                identity.account().role().name().toLowerCase(Locale.ROOT),
                identity.means().name().toLowerCase(Locale.ROOT));
    }

    @PutMapping("/password")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            summary = "Change your password",
            description =
                    "Ends all sign-ins of the account, this one too; tokens stay valid. On the unix socket the present"
                            + " password is not asked for, so that a forgotten one can be replaced there.")
    @ApiResponse(responseCode = "204", description = "The password is changed")
    void changePassword(
            @AuthenticationPrincipal Identity identity,
            @Valid @RequestBody PasswordChange change,
            HttpServletRequest request) {
        String current = change.currentPassword();
        signIns.changePassword(
                identity,
                current == null ? "" : current,
                String.valueOf(change.newPassword()),
                request.getRemoteAddr());
    }
}
