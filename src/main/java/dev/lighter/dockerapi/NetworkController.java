package dev.lighter.dockerapi;

import dev.lighter.container.ContainerService;
import dev.lighter.container.ContainerView;
import dev.lighter.error.EngineException;
import dev.lighter.network.Network;
import dev.lighter.network.NetworkService;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Networks, and containers' places on them, on Docker's paths. */
@RestController
@Tag(name = "Docker: networks", description = "Create, look at and remove networks, and put containers on them")
class NetworkController {
    private final NetworkService networks;
    private final ContainerService containers;

    NetworkController(NetworkService networks, ContainerService containers) {
        this.networks = networks;
        this.containers = containers;
    }

    @GetMapping("/networks")
    @Operation(summary = "List networks", description = "Without the containers that are on them.")
    List<NetworkInspect> list(
            @Parameter(
                            description = "Names with values as JSON: name, id, driver, label, type, scope, dangling",
                            example = "{\"type\":[\"custom\"]}")
                    @RequestParam(required = false)
                    @Nullable
                    String filters) {
        return networks.list().stream()
                .filter(NetworkFilter.parse(filters, networks))
                .map(network -> NetworkInspect.of(network, List.of(), Map.of()))
                .toList();
    }

    @GetMapping("/networks/{id}")
    @Operation(summary = "Inspect a network", description = "With the running containers that are on it.")
    @ApiResponse(responseCode = "200", description = "The network")
    @ApiResponse(responseCode = "404", description = "There is none")
    NetworkInspect inspect(
            @Parameter(description = "Its name, its id, or the beginning of its id", example = "bridge") @PathVariable
                    String id,
            @Parameter(description = "Accepted for compatibility; there are no services to tell of")
                    @RequestParam(defaultValue = "false")
                    boolean verbose,
            @Parameter(description = "Where the network is known: only local ones are there", example = "local")
                    @RequestParam(defaultValue = "")
                    String scope) {
        if (!scope.isEmpty() && !scope.equals("local")) {
            throw EngineException.notFound("network " + id + " not found");
        }
        Network network = networks.get(id);
        Map<String, String> running = containers.list().stream()
                .filter(container -> container.state().isRunning())
                .collect(Collectors.toMap(ContainerView::id, ContainerView::name));
        return NetworkInspect.of(network, networks.endpoints(network.id()), running);
    }

    @PostMapping("/networks/create")
    @Operation(
            summary = "Create a network",
            description = "What is left out is chosen: a bridge, and a subnet that nobody has. Fields that this engine"
                    + " would not carry out are refused by name, never ignored.")
    @ApiResponse(responseCode = "201", description = "Created")
    @ApiResponse(responseCode = "409", description = "A network of this name is there")
    ResponseEntity<NetworkCreateAnswer> create(
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = NetworkCreateBody.class),
                                            examples =
                                                    @ExampleObject(
                                                            "{\"Name\":\"shop\",\"IPAM\":{\"Config\":[{\"Subnet\":"
                                                                    + "\"10.20.0.0/24\"}]}}")))
                    @RequestBody
                    NetworkCreateBody body) {
        Network created = networks.create(body.toRequest());
        return ResponseEntity.status(HttpStatus.CREATED).body(new NetworkCreateAnswer(created.id(), ""));
    }

    @DeleteMapping("/networks/{id}")
    @Operation(summary = "Remove a network", description = "Containers must be off it first.")
    @ApiResponse(responseCode = "204", description = "Removed")
    @ApiResponse(responseCode = "403", description = "It is one of those that are always there, or in use")
    @ApiResponse(responseCode = "404", description = "There is none")
    ResponseEntity<Void> delete(@PathVariable String id) {
        networks.remove(id);
        return ResponseEntity.noContent().build();
    }

    @PostMapping("/networks/{id}/connect")
    @Operation(
            summary = "Put a container on a network",
            description = "At once when it runs, else from its next start on.")
    @ApiResponse(responseCode = "200", description = "It is on it")
    @ApiResponse(responseCode = "404", description = "There is no such network or container")
    void connect(
            @PathVariable String id,
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = NetworkConnectBody.class),
                                            examples = @ExampleObject("{\"Container\":\"web\",\"EndpointConfig\":"
                                                            + "{\"Aliases\":[\"shop\"]}}")))
                    @RequestBody
                    NetworkConnectBody body) {
        containers.connect(id, StrictBody.orEmpty(body.container), body.settings());
    }

    @PostMapping("/networks/{id}/disconnect")
    @Operation(summary = "Take a container off a network", description = "At once when it runs.")
    @ApiResponse(responseCode = "200", description = "It is off it")
    @ApiResponse(responseCode = "404", description = "There is no such network or container")
    void disconnect(
            @PathVariable String id,
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = NetworkDisconnectBody.class),
                                            examples = @ExampleObject("{\"Container\":\"web\",\"Force\":false}")))
                    @RequestBody
                    NetworkDisconnectBody body) {
        body.refuseOther("");
        containers.disconnect(id, StrictBody.orEmpty(body.container), body.force);
    }

    @PostMapping("/networks/prune")
    @Operation(summary = "Remove the networks that nothing is on")
    NetworkPruneAnswer prune(
            @Parameter(
                            description = "Names with values as JSON: label, label!, until",
                            example = "{\"until\":[\"24h\"]}")
                    @RequestParam(required = false)
                    @Nullable
                    String filters) {
        PruneFilter meant = PruneFilter.parse(filters, Instant.now());
        List<Network> removed = networks.prune(network -> meant.accepts(network.created(), network.labels()));
        return new NetworkPruneAnswer(removed.stream().map(Network::name).toList());
    }
}
