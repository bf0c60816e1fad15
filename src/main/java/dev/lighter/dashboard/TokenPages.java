package dev.lighter.dashboard;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** The page on tokens for scripts. */
@Controller
@Tag(name = "Dashboard", description = "The pages, for browsers that are signed in")
class TokenPages {
    @GetMapping("/ui/tokens")
    @Operation(summary = "The page of your tokens", description = "Creates and revokes them.")
    String list() {
        return "tokens/list";
    }
}
