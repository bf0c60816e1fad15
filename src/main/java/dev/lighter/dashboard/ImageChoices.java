package dev.lighter.dashboard;

import java.util.List;
import org.springframework.stereotype.Component;

/** The images that the form offers. */
@Component
class ImageChoices {
    /** The names of all images, and the one asked for even when it has no name. */
    List<String> namesWith(String chosen) {
        return chosen.isEmpty() ? List.of() : List.of(chosen);
    }
}
