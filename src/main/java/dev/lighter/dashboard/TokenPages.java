package dev.lighter.dashboard;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** The page on tokens for scripts. */
@Controller
class TokenPages {
    @GetMapping("/ui/tokens")
    String list() {
        return "tokens/list";
    }
}
