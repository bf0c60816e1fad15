package dev.lighter.dashboard;

import dev.lighter.security.SignInCookie;
import dev.lighter.team.SignInService;
import dev.lighter.team.SignInService.Attempt;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Signing in and out, and one's own account. */
@Controller
@Tag(name = "Dashboard", description = "The pages, for browsers that are signed in")
class SignInPages {
    private static final String FRONT = "/ui/containers";
    private static final Pattern OWN_PAGE = Pattern.compile("/(ui|api/docs)(/[A-Za-z0-9._/-]*)?");

    private final SignInService signIns;

    SignInPages(SignInService signIns) {
        this.signIns = signIns;
    }

    @PostMapping("/ui/sign-in")
    @Operation(
            summary = "Sign a browser in",
            description = "Sets the browser's cookie and leads to the page asked for; shows the form again otherwise.")
    String signIn(
            @RequestParam(defaultValue = "") String username,
            @RequestParam(defaultValue = "") String password,
            @RequestParam(required = false) @Nullable String next,
            HttpServletRequest request,
            HttpServletResponse response,
            Model model) {
        Attempt attempt = signIns.signIn(username, password, request.getRemoteAddr());
        if (attempt instanceof Attempt.Accepted accepted) {
            endPresent(request);
            SignInCookie.write(request, response, accepted.secret());
            return "redirect:" + (next != null && OWN_PAGE.matcher(next).matches() ? next : FRONT);
        }
        String problem = "The name or the password is wrong. Try again.";
        response.setStatus(HttpStatus.UNAUTHORIZED.value());
        if (attempt instanceof Attempt.Throttled throttled) {
            long seconds = throttled.pause().toSeconds() + 1;
            response.setStatus(HttpStatus.TOO_MANY_REQUESTS.value());
            response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
            problem = "Too many attempts. Try again in " + seconds + (seconds == 1 ? " second." : " seconds.");
        }
        model.addAttribute("failed", true);
        model.addAttribute("problem", problem);
        model.addAttribute("username", username);
        model.addAttribute("next", next);
        return "account/sign-in";
    }

    @PostMapping("/ui/sign-out")
    @Operation(summary = "Sign a browser out", description = "Ends the sign-in and clears the browser's cookie.")
    String signOut(HttpServletRequest request, HttpServletResponse response) {
        endPresent(request);
        SignInCookie.clear(request, response);
        return "redirect:/ui/sign-in?signedOut";
    }

    @GetMapping("/ui/account")
    @Operation(summary = "The page of your account", description = "Changes the password.")
    String account() {
        return "account/password";
    }

    private void endPresent(HttpServletRequest request) {
        String present = SignInCookie.read(request);
        if (present != null) {
            signIns.signOut(present);
        }
    }
}
