package dev.lighter.dashboard;

import dev.lighter.image.ImageChanges;
import dev.lighter.image.ImageComparison;
import dev.lighter.image.ImageDetails;
import dev.lighter.image.ImageLayer;
import dev.lighter.image.ImageService;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The pages on images: all of them with what they share, one of them with its layers, and the form that builds one. */
@Controller
@RequestMapping("/ui/images")
@Tag(name = "Dashboard", description = "The pages, for browsers that are signed in")
class ImagePages {
    private static final int MOST_CHANGES = 500;

    private final ImageService images;
    private final ImageComparison comparison;

    ImagePages(ImageService images, ImageComparison comparison) {
        this.images = images;
        this.comparison = comparison;
    }

    @GetMapping
    @Operation(
            summary = "The page of all images",
            description = "With a picture of the layers they share. Takes archives, pulls and prunes.")
    String list(Model model) {
        Instant now = Instant.now();
        List<ImageDetails> all = shown();
        model.addAttribute(
                "images", all.stream().map(image -> ImageRow.of(image, now)).toList());
        model.addAttribute("blank", ImageRow.BLANK);
        model.addAttribute("bars", new LayerPicture(all, comparison.layersOfAll()).bars(all));
        model.addAttribute("unseen", Math.max(0, all.size() - LayerPicture.MOST_BARS));
        return "images/list";
    }

    @GetMapping("/build")
    @Operation(summary = "The form that builds an image", description = "From a Dockerfile typed in or from a folder.")
    String build() {
        return "images/build";
    }

    @GetMapping("/{*reference}")
    @Operation(
            summary = "The page of one image",
            description = "Its layers, who shares them, and what changed since another image.")
    String detail(
            @Parameter(description = "A name, which may hold slashes, or an id") @PathVariable String reference,
            @Parameter(description = "The image to compare with") @RequestParam(defaultValue = "") String since,
            @Parameter(description = "Changes after this path") @RequestParam(defaultValue = "") String after,
            Model model) {
        ImageDetails image = images.get(reference.substring(1));
        List<ImageDetails> all = shown();
        Map<String, List<ImageLayer>> layers = comparison.layersOfAll();
        LayerPicture picture = new LayerPicture(all, layers);
        model.addAttribute("image", ImageRow.of(image, Instant.now()));
        model.addAttribute("title", ImageRow.title(image));
        model.addAttribute("bar", picture.bar(image));
        model.addAttribute("layers", rows(image, picture));
        model.addAttribute("facts", Fact.of(image));
        model.addAttribute("env", image.config().env());
        model.addAttribute("labels", pairs(image.config().labels()));
        model.addAttribute(
                "others",
                all.stream()
                        .filter(other -> !other.id().equals(image.id()))
                        .map(other -> ImageRow.of(other, Instant.now()))
                        .toList());
        model.addAttribute("since", since);
        model.addAttribute("changes", null);
        if (!since.isBlank()) {
            compare(model, comparison.changes(image.id(), since, after, MOST_CHANGES), after);
        }
        return "images/detail";
    }

    /** Without those that are only steps in the making of others. */
    private List<ImageDetails> shown() {
        return images.list().stream()
                .filter(image -> !image.repoTags().isEmpty() || !images.hasChildren(image.id()))
                .toList();
    }

    private List<LayerRow> rows(ImageDetails image, LayerPicture picture) {
        List<LayerRow> rows = new ArrayList<>();
        int number = 0;
        for (ImageLayer layer : comparison.layers(image.id())) {
            number += layer.isLayer() ? 1 : 0;
            rows.add(0, LayerRow.of(layer, number, image.sizeBytes(), picture));
        }
        return rows;
    }

    private void compare(Model model, ImageChanges changes, String after) {
        List<ChangeRow> files = changes.files().stream().map(ChangeRow::of).toList();
        ImageDetails older = images.get(changes.sinceId());
        model.addAttribute("changes", changes);
        model.addAttribute("sinceTitle", ImageRow.title(older));
        model.addAttribute("sinceId", ImageRow.hex(older.id()));
        model.addAttribute("files", files);
        model.addAttribute("addedWords", sum(changes.added(), "added"));
        model.addAttribute("modifiedWords", sum(changes.modified(), "changed"));
        model.addAttribute("deletedWords", sum(changes.deleted(), "deleted"));
        model.addAttribute("after", after);
        model.addAttribute(
                "next",
                changes.more() && !files.isEmpty()
                        ? changes.files().get(files.size() - 1).path()
                        : null);
    }

    private static String sum(ImageChanges.Sum sum, String verb) {
        String sign = sum.bytes() < 0 ? "−" : "";
        return sum.count() + " " + verb + (sum.bytes() == 0 ? "" : ", " + sign + Words.bytes(Math.abs(sum.bytes())));
    }

    private static List<String> pairs(Map<String, String> map) {
        return map.entrySet().stream()
                .map(pair -> pair.getKey() + "=" + pair.getValue())
                .sorted()
                .toList();
    }
}
