package dev.lighter.dashboard;

import dev.lighter.error.EngineException;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The way in: the front door, which leads to the containers, and the sign-in page. */
@Controller
@Tag(name = "Dashboard", description = "The pages, for browsers that are signed in")
class FrontPages {
    @GetMapping({"/", "/ui", "/ui/"})
    @Operation(summary = "The front door", description = "Leads to the containers.")
    String front() {
        return "redirect:/ui/containers";
    }

    @GetMapping("/ui/sign-in")
    @SecurityRequirements
    @Operation(summary = "The page to sign in on", description = "For everybody.")
    String signIn(
            @RequestParam(required = false) @Nullable String next,
            @RequestParam(required = false) @Nullable String signedOut,
            Model model) {
        model.addAttribute("failed", false);
        model.addAttribute("next", next);
        model.addAttribute("signedOut", signedOut != null);
        return "account/sign-in";
    }

    @GetMapping("/ui/**")
    @Hidden
    String nothing(HttpServletRequest request) {
        throw EngineException.notFound("There is no page at " + request.getRequestURI() + ".");
    }
}
