package dev.lighter.dashboard;

import java.util.List;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** The page on images. */
@Controller
class ImagePages {
    @GetMapping("/ui/images")
    String list(Model model) {
        model.addAttribute("images", List.of());
        model.addAttribute("blank", ImageRow.BLANK);
        return "images/list";
    }
}
