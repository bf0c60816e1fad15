package dev.lighter.dashboard;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The way in: the front door, which leads to the containers, and the sign-in page. */
@Controller
class FrontPages {
    @GetMapping({"/", "/ui", "/ui/"})
    String front() {
        return "redirect:/ui/containers";
    }

    @GetMapping("/ui/sign-in")
    String signIn(
            @RequestParam(required = false) @Nullable String error,
            @RequestParam(required = false) @Nullable String signedOut,
            Model model) {
        model.addAttribute("failed", error != null);
        model.addAttribute("signedOut", signedOut != null);
        return "account/sign-in";
    }
}
