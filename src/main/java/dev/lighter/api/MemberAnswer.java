package dev.lighter.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.lighter.container.ContainerView;
import dev.lighter.network.Endpoint;
import dev.lighter.network.port.PublishedPort;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Locale;

/** Who is on a network: a container, its place there and its published ports. */
@Schema(name = "NetworkMember")
record MemberAnswer(
        @Schema(description = "The container's name", example = "calm_schooner")
        String container,

        @Schema(
                allowableValues = {"created", "running", "exited", "removing"},
                example = "running")
        String state,

        boolean running,
        @JsonUnwrapped EndpointAnswer endpoint,
        List<PortAnswer> ports) {
    static MemberAnswer of(ContainerView container, Endpoint endpoint, List<PublishedPort> ports) {
        return new MemberAnswer(
                container.name(),
                container.state().status().name().toLowerCase(Locale.ROOT),
                container.state().isRunning(),
                EndpointAnswer.of(endpoint),
                ports.stream().map(PortAnswer::of).toList());
    }
}
