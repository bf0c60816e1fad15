package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.container.ContainerView;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.network.port.ExposedPort;
import dev.lighter.network.port.PublishedPort;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A port of a running container in a list; one that is exposed and not published has no address and no public port. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PortSummary(
        @JsonProperty("IP") @Schema(example = "0.0.0.0") @Nullable
        String ip,

        @JsonProperty("PrivatePort") @Schema(example = "80") int privatePort,

        @JsonProperty("PublicPort") @Schema(example = "8080") @Nullable
        Integer publicPort,

        @JsonProperty("Type") @Schema(example = "tcp") String type) {
    private static final Comparator<PortSummary> ORDER = Comparator.comparingInt(PortSummary::privatePort)
            .thenComparing(PortSummary::type)
            .thenComparing(port -> port.publicPort() == null ? 0 : port.publicPort());

    static List<PortSummary> of(ContainerView container, List<PublishedPort> published) {
        Set<ExposedPort> unpublished = new LinkedHashSet<>(ExposedPorts.open(container));
        List<PortSummary> all = new ArrayList<>();
        for (PublishedPort port : published) {
            unpublished.remove(new ExposedPort(port.containerPort(), port.protocol()));
            all.add(new PortSummary(
                    IpPrefix.format(port.hostAddress()), port.containerPort(), port.hostPort(), port.protocol()));
        }
        unpublished.forEach(port -> all.add(new PortSummary(null, port.port(), null, port.protocol())));
        all.sort(ORDER);
        return all;
    }
}
