package dev.lighter.dashboard;

import dev.lighter.container.ContainerService;
import dev.lighter.container.ContainerView;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The pages on containers: the list, the form, and one container. */
@Controller
@RequestMapping("/ui/containers")
class ContainerPages {
    /** As many rows as the page's script shows at first. */
    private static final int MOST_ROWS = 200;

    private final ContainerService containers;
    private final ImageChoices images;

    ContainerPages(ContainerService containers, ImageChoices images) {
        this.containers = containers;
        this.images = images;
    }

    @GetMapping
    String list(Model model) {
        List<ContainerView> views = containers.list();
        model.addAttribute(
                "containers", ContainerRow.of(views.subList(0, Math.min(MOST_ROWS, views.size())), Instant.now()));
        model.addAttribute("blank", ContainerRow.BLANK);
        model.addAttribute("total", views.size());
        model.addAttribute(
                "running",
                views.stream().filter(view -> view.state().isRunning()).count());
        return "containers/list";
    }

    @GetMapping("/new")
    String form(@RequestParam(defaultValue = "") String image, Model model) {
        model.addAttribute("images", images.namesWith(image));
        model.addAttribute("chosen", image);
        return "containers/new";
    }

    @GetMapping("/{reference}")
    String detail(@PathVariable String reference, Model model) {
        ContainerView view = containers.get(reference);
        model.addAttribute("container", ContainerRow.of(view, Instant.now()));
        model.addAttribute("started", Words.moment(view.state().startedAt()));
        model.addAttribute("finished", Words.moment(view.state().finishedAt()));
        model.addAttribute("facts", Fact.of(view));
        model.addAttribute("environment", view.spec().env());
        model.addAttribute(
                "labels",
                view.spec().labels().entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .sorted()
                        .toList());
        return "containers/detail";
    }
}
