package dev.lighter.dashboard;

import dev.lighter.container.ContainerService;
import dev.lighter.container.ContainerView;
import dev.lighter.network.Endpoint;
import dev.lighter.network.Network;
import dev.lighter.network.NetworkService;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;

/** The pages on networks: the picture with the list, the form, one network, and the packet filter. */
@Controller
@RequestMapping("/ui/networks")
@Tag(name = "Dashboard", description = "The pages, for browsers that are signed in")
class NetworkPages {
    /** As many rows as are worth sending before the page's script takes over. */
    private static final int MOST_ROWS = 200;

    private final NetworkService networks;
    private final ContainerService containers;

    NetworkPages(NetworkService networks, ContainerService containers) {
        this.networks = networks;
        this.containers = containers;
    }

    @GetMapping
    @Operation(
            summary = "The page of all networks",
            description = "With a picture of who is connected to what. Changes by itself.")
    String list(Model model) {
        model.addAttribute("networks", rows(networks.list()));
        model.addAttribute("blank", NetworkRow.BLANK);
        return "networks/list";
    }

    @GetMapping("/new")
    @Operation(summary = "The form that creates a network")
    String form() {
        return "networks/new";
    }

    @GetMapping("/rules")
    @Operation(summary = "The page of the packet filter's rules", description = "Their counters change by themselves.")
    String rules(Model model) {
        model.addAttribute("chains", RuleRow.byChain(networks.rules()));
        model.addAttribute("blank", RuleRow.BLANK);
        return "networks/rules";
    }

    @GetMapping("/{reference}")
    @Operation(summary = "The page of one network", description = "What it is and who is on it.")
    String detail(@PathVariable String reference, Model model) {
        Network network = networks.get(reference);
        model.addAttribute(
                "network",
                rows(networks.list()).stream()
                        .filter(row -> row.id().equals(network.id()))
                        .findFirst()
                        .orElse(NetworkRow.BLANK));
        model.addAttribute("facts", Fact.of(network));
        model.addAttribute("options", pairs(network.options()));
        model.addAttribute("labels", pairs(network.labels()));
        model.addAttribute("members", members(network));
        model.addAttribute("blank", MemberRow.BLANK);
        return "networks/detail";
    }

    private List<NetworkRow> rows(List<Network> all) {
        return NetworkRow.of(all, id -> networks.endpoints(id).size());
    }

    private List<MemberRow> members(Network network) {
        List<Endpoint> endpoints = networks.endpoints(network.id());
        Map<String, ContainerView> known =
                containers.list().stream().collect(Collectors.toMap(ContainerView::id, Function.identity()));
        Instant now = Instant.now();
        return endpoints.stream()
                .limit(MOST_ROWS)
                .flatMap(endpoint -> member(endpoint, known.get(endpoint.containerId()), now))
                .toList();
    }

    /** Nobody where the container has been removed meanwhile. */
    private Stream<MemberRow> member(Endpoint endpoint, @Nullable ContainerView container, Instant now) {
        return container == null
                ? Stream.empty()
                : Stream.of(MemberRow.of(container, endpoint, networks.ports(container.id()), now));
    }

    private static List<String> pairs(Map<String, String> map) {
        return map.entrySet().stream()
                .map(pair -> pair.getKey() + "=" + pair.getValue())
                .sorted()
                .toList();
    }
}
