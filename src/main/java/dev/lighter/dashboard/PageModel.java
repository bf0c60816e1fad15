package dev.lighter.dashboard;

import dev.lighter.error.EngineException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.servlet.ModelAndView;

/** What every page shows around its content, and the page that tells of a failure. */
@Order(0)
@ControllerAdvice(basePackageClasses = PageModel.class)
class PageModel {
    private final Assets assets;

    PageModel(Assets assets) {
        this.assets = assets;
    }

    @ModelAttribute
    void common(
            Model model,
            @Nullable Principal user,
            @CookieValue(name = "lighter-theme", defaultValue = "") String theme) {
        model.addAttribute("assets", assets.version());
        model.addAttribute("user", user == null ? null : user.getName());
        model.addAttribute("theme", theme.equals("dark") || theme.equals("light") ? theme : null);
    }

    @ExceptionHandler
    ModelAndView failed(EngineException failure, HttpServletRequest request, HttpServletResponse response) {
        response.setStatus(failure.kind().status());
        ModelAndView page = new ModelAndView("error");
        page.addObject("assets", assets.version());
        Principal user = request.getUserPrincipal();
        page.addObject("user", user == null ? null : user.getName());
        page.addObject("status", failure.kind().status());
        page.addObject("sentence", failure.getMessage());
        return page;
    }
}
