package dev.lighter.dashboard;

import dev.lighter.image.ImageService;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** The page on images. */
@Controller
@Tag(name = "Dashboard", description = "The pages, for browsers that are signed in")
class ImagePages {
    private final ImageService images;

    ImagePages(ImageService images) {
        this.images = images;
    }

    @GetMapping("/ui/images")
    @Operation(summary = "The page of all images", description = "Takes archives.")
    String list(Model model) {
        Instant now = Instant.now();
        model.addAttribute(
                "images",
                images.list().stream().map(image -> ImageRow.of(image, now)).toList());
        model.addAttribute("blank", ImageRow.BLANK);
        return "images/list";
    }
}
