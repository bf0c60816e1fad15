package dev.lighter.dashboard;

import dev.lighter.container.ContainerHealth;
import dev.lighter.container.ContainerService;
import dev.lighter.container.ContainerView;
import dev.lighter.container.MountPoint;
import dev.lighter.image.ImageService;
import dev.lighter.network.Network;
import dev.lighter.network.NetworkService;
import dev.lighter.network.port.PublishedPort;
import dev.lighter.volume.Volume;
import dev.lighter.volume.VolumeService;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The pages on containers: the list, the form, and one container. */
@Controller
@RequestMapping("/ui/containers")
@Tag(name = "Dashboard", description = "The pages, for browsers that are signed in")
class ContainerPages {
    /** As many rows as the page's script shows at first. */
    private static final int MOST_ROWS = 200;

    private final ContainerService containers;
    private final ImageService images;
    private final NetworkService networks;
    private final VolumeService volumes;

    ContainerPages(ContainerService containers, ImageService images, NetworkService networks, VolumeService volumes) {
        this.containers = containers;
        this.images = images;
        this.networks = networks;
        this.volumes = volumes;
    }

    @GetMapping
    @Operation(summary = "The page of all containers", description = "Changes by itself as they come and go.")
    String list(Model model) {
        List<ContainerView> views = containers.list();
        Instant now = Instant.now();
        model.addAttribute(
                "containers",
                views.stream().limit(MOST_ROWS).map(view -> row(view, now)).toList());
        model.addAttribute("blank", ContainerRow.BLANK);
        model.addAttribute("total", views.size());
        model.addAttribute(
                "running",
                views.stream().filter(view -> view.state().isRunning()).count());
        return "containers/list";
    }

    @GetMapping("/new")
    @Operation(summary = "The form that runs a container", description = "An image in the query is chosen beforehand.")
    String form(@RequestParam(defaultValue = "") String image, Model model) {
        model.addAttribute("images", choices(image));
        model.addAttribute(
                "networks", networks.list().stream().map(Network::name).toList());
        model.addAttribute("chosen", image);
        return "containers/new";
    }

    @GetMapping("/{reference}")
    @Operation(
            summary = "The page of one container",
            description = "Its state and its log; the other panes have addresses of their own.")
    String detail(@PathVariable String reference, Model model) {
        return detail(reference, Pane.LOGS.getWord(), model);
    }

    @GetMapping("/{reference}/{pane}")
    @Operation(
            summary = "One pane of the page of one container",
            description = "Such as terminal, files, network or anatomy.")
    String detail(@PathVariable String reference, @PathVariable String pane, Model model) {
        model.addAttribute("reference", reference);
        model.addAttribute("panes", Pane.values());
        model.addAttribute("shown", Pane.of(pane));
        ContainerView view = containers.get(reference);
        Instant now = Instant.now();
        List<PublishedPort> ports = portsOf(view);
        model.addAttribute("container", row(view, now));
        model.addAttribute("started", Words.moment(view.state().startedAt()));
        model.addAttribute("finished", Words.moment(view.state().finishedAt()));
        model.addAttribute("facts", Fact.of(view));
        ContainerHealth health = view.state().health();
        model.addAttribute(
                "health", health == null ? null : health.verdict().name().toLowerCase(Locale.ROOT));
        model.addAttribute(
                "mounts",
                view.spec().storage().mounts().stream().map(this::mount).toList());
        model.addAttribute(
                "places",
                networks.endpointsOf(view.id()).stream()
                        .map(endpoint -> MemberRow.of(view, endpoint, ports, now))
                        .toList());
        model.addAttribute("environment", view.spec().env());
        model.addAttribute(
                "labels",
                view.spec().labels().entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .sorted()
                        .toList());
        return "containers/detail";
    }

    private MountRow mount(MountPoint mount) {
        Volume volume = mount.kind() == MountPoint.Kind.VOLUME ? volumes.byId(mount.source()) : null;
        return MountRow.of(mount, volume);
    }

    private ContainerRow row(ContainerView view, Instant now) {
        return ContainerRow.of(view, portsOf(view), now);
    }

    private List<PublishedPort> portsOf(ContainerView view) {
        return view.state().isRunning() ? networks.ports(view.id()) : List.of();
    }

    /** The names of all images, and the image asked for even when it has none. */
    private List<String> choices(String asked) {
        Stream<String> names = images.list().stream().flatMap(image -> image.repoTags().stream());
        return Stream.concat(names, Stream.of(asked))
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
    }
}
