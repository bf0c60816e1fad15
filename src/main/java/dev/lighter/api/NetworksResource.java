package dev.lighter.api;

import dev.lighter.container.ContainerService;
import dev.lighter.container.ContainerView;
import dev.lighter.error.EngineException;
import dev.lighter.network.Endpoint;
import dev.lighter.network.EndpointSettings;
import dev.lighter.network.FilterRule;
import dev.lighter.network.Network;
import dev.lighter.network.NetworkService;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Networks, and who is on them, in Lighter's own words. */
@RestController
@RequestMapping("/api/networks")
@Tag(name = "Networks", description = "Networks, who is on them, and the rules between them")
class NetworksResource {
    private final NetworkService networks;
    private final ContainerService containers;

    NetworksResource(NetworkService networks, ContainerService containers) {
        this.networks = networks;
        this.containers = containers;
    }

    @GetMapping
    @Operation(summary = "List networks", description = "All of them, the predefined ones included, oldest first.")
    List<NetworkAnswer> list() {
        return networks.list().stream().map(this::brief).toList();
    }

    private NetworkAnswer brief(Network network) {
        return NetworkAnswer.of(network, networks.endpoints(network.id()).size());
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Create a network")
    @ApiResponse(responseCode = "201", description = "The network")
    ResponseEntity<NetworkAnswer> create(@Valid @RequestBody NewNetwork wanted) {
        Network created = networks.create(wanted.toRequest());
        return ResponseEntity.created(URI.create("/api/networks/" + created.id()))
                .body(NetworkAnswer.of(created, 0));
    }

    @GetMapping("/{network}")
    @Operation(
            summary = "Show a network",
            description = "With every container that is on it, running or not, and what it has there.")
    NetworkAnswer get(@Parameter(description = "Id, its beginning, or name") @PathVariable String network) {
        Network found = networks.get(network);
        List<Endpoint> endpoints = networks.endpoints(found.id());
        Map<String, ContainerView> known = endpoints.isEmpty()
                ? Map.of()
                : containers.list().stream().collect(Collectors.toMap(ContainerView::id, Function.identity()));
        return NetworkAnswer.of(
                found,
                endpoints.stream()
                        .flatMap(endpoint -> member(endpoint, known.get(endpoint.containerId())))
                        .toList());
    }

    /** Nobody where the container has been removed meanwhile. */
    private Stream<MemberAnswer> member(Endpoint endpoint, @Nullable ContainerView container) {
        return container == null
                ? Stream.empty()
                : Stream.of(MemberAnswer.of(container, endpoint, networks.ports(container.id())));
    }

    @DeleteMapping("/{network}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            summary = "Remove a network",
            description = "One that no container is on. Predefined networks cannot be removed.")
    @ApiResponse(responseCode = "204", description = "The network is gone")
    void remove(@Parameter(description = "Id, its beginning, or name") @PathVariable String network) {
        networks.remove(network);
    }

    @PostMapping("/prune")
    @Operation(
            summary = "Remove all unused networks",
            description = "Those that no container is on, running or not; predefined ones stay. Answers with them.")
    List<NetworkAnswer> prune() {
        return networks.prune(network -> true).stream()
                .map(network -> NetworkAnswer.of(network, 0))
                .toList();
    }

    @PutMapping("/{network}/containers/{container}")
    @Operation(
            summary = "Connect a container",
            description = "A running container is on the network at once, others when they start.")
    EndpointAnswer connect(
            @Parameter(description = "Id, its beginning, or name") @PathVariable String network,
            @Parameter(description = "Id, its beginning, or name") @PathVariable String container,
            @Valid @RequestBody(required = false) @Nullable NewEndpoint wanted) {
        Network found = networks.get(network);
        ContainerView joining = containers.get(container);
        containers.connect(found.id(), joining.id(), wanted == null ? EndpointSettings.NONE : wanted.toSettings());
        return networks.endpointsOf(joining.id()).stream()
                .filter(endpoint -> endpoint.networkId().equals(found.id()))
                .findFirst()
                .map(EndpointAnswer::of)
                .orElseThrow(() -> EngineException.conflict("container " + joining.name() + " has left network "
                        + found.name() + " again: somebody else disconnected it"));
    }

    @DeleteMapping("/{network}/containers/{container}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Disconnect a container", description = "Its connections over this network break off.")
    @ApiResponse(responseCode = "204", description = "The container is not on the network any more")
    void disconnect(
            @Parameter(description = "Id, its beginning, or name") @PathVariable String network,
            @Parameter(description = "Id, its beginning, or name") @PathVariable String container,
            @Parameter(description = "Also when the container is not found to be what it should")
                    @RequestParam(defaultValue = "false")
                    boolean force) {
        containers.disconnect(network, container, force);
    }

    @GetMapping("/rules")
    @Operation(
            summary = "List the packet filter's rules",
            description =
                    "Those of the engine's own table in the kernel, in the order that packets meet them, each with how"
                            + " many packets and bytes it was for; -1 where that is not counted.")
    List<FilterRule> rules() {
        return networks.rules();
    }
}
