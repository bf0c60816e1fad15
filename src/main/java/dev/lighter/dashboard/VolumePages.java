package dev.lighter.dashboard;

import dev.lighter.container.ContainerService;
import dev.lighter.container.ContainerView;
import dev.lighter.volume.Volume;
import dev.lighter.volume.VolumeService;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;

/** The pages on volumes: the list, the form, and one volume. */
@Controller
@RequestMapping("/ui/volumes")
@Tag(name = "Dashboard", description = "The pages, for browsers that are signed in")
class VolumePages {
    /** As many rows as are worth sending before the page's script takes over. */
    private static final int MOST_ROWS = 200;

    private final VolumeService volumes;
    private final ContainerService containers;

    VolumePages(VolumeService volumes, ContainerService containers) {
        this.volumes = volumes;
        this.containers = containers;
    }

    @GetMapping
    @Operation(summary = "The page of all volumes", description = "Changes by itself as they come and go.")
    String list(Model model) {
        Map<String, String> names =
                containers.list().stream().collect(Collectors.toMap(ContainerView::id, ContainerView::name));
        Instant now = Instant.now();
        List<Volume> all = volumes.list();
        model.addAttribute(
                "volumes",
                all.stream()
                        .limit(MOST_ROWS)
                        .map(volume -> VolumeRow.of(
                                volume,
                                volumes.usersOf(volume).stream()
                                        .flatMap(id -> Stream.ofNullable(names.get(id)))
                                        .sorted()
                                        .toList(),
                                now))
                        .toList());
        model.addAttribute("blank", VolumeRow.BLANK);
        return "volumes/list";
    }

    @GetMapping("/new")
    @Operation(summary = "The form that creates a volume")
    String form() {
        return "volumes/new";
    }

    @GetMapping("/{reference}")
    @Operation(summary = "The page of one volume", description = "What it is and who has it.")
    String detail(@PathVariable String reference, Model model) {
        Volume volume = volumes.get(reference);
        model.addAttribute("volume", VolumeRow.of(volume, List.of(), Instant.now()));
        model.addAttribute("facts", Fact.of(volume, volumes.mountpoint(volume).toString()));
        model.addAttribute("options", pairs(volume.options()));
        model.addAttribute("labels", pairs(volume.labels()));
        return "volumes/detail";
    }

    private static List<String> pairs(Map<String, String> map) {
        return map.entrySet().stream()
                .map(pair -> pair.getKey() + "=" + pair.getValue())
                .sorted()
                .toList();
    }
}
