package dev.lighter.dockerapi;

import dev.lighter.container.ContainerService;
import dev.lighter.container.ContainerView;
import dev.lighter.network.Endpoint;
import dev.lighter.network.NetworkService;
import dev.lighter.network.port.PublishedPort;
import dev.lighter.volume.VolumeService;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lists of containers as JSON, put together from pieces that are kept: one for each container, made anew when anything that it tells has
 * changed. Safe for all threads.
 */
@Component
class ContainerListing {
    private static final int USUAL_PIECE = 1024;

    private final ContainerService containers;
    private final NetworkService networks;
    private final VolumeService volumes;
    private final JsonMapper json;
    private final Map<String, Piece> pieces = new ConcurrentHashMap<>();

    ContainerListing(ContainerService containers, NetworkService networks, VolumeService volumes, JsonMapper json) {
        this.containers = containers;
        this.networks = networks;
        this.volumes = volumes;
        this.json = json;
    }

    /** Everything that a container's piece is made from; comparing it is cheap, since what has not changed is the same object. */
    private record Facts(
            ContainerView container,
            List<Endpoint> endpoints,
            List<PublishedPort> ports,
            List<MountView> mounts,
            String status,
            boolean idAmongAliases) {
        boolean areThoseOf(Facts other) {
            return container.spec() == other.container.spec()
                    && container.state() == other.container.state()
                    && container.name().equals(other.container.name())
                    && status.equals(other.status)
                    && idAmongAliases == other.idAmongAliases
                    && endpoints.equals(other.endpoints)
                    && ports.equals(other.ports)
                    && mounts.equals(other.mounts);
        }
    }

    private record Piece(Facts facts, byte[] bytes) {}

    /** Says how many bytes a container's own files have, and these with its image. */
    interface Sizing {
        ContainerSummary.Sizes of(ContainerView container);
    }

    /**
     * A list as JSON.
     *
     * @param minorVersion of the API that the client speaks
     * @param sizing null when the sizes are not wanted
     */
    byte[] of(List<ContainerView> listed, int minorVersion, @Nullable Sizing sizing) {
        Instant now = Instant.now();
        ByteArrayOutputStream list = new ByteArrayOutputStream(2 + listed.size() * USUAL_PIECE);
        list.write('[');
        for (Iterator<ContainerView> each = listed.iterator(); each.hasNext(); ) {
            ContainerView container = each.next();
            Facts facts = new Facts(
                    container,
                    networks.endpointsOf(container.id()),
                    networks.ports(container.id()),
                    MountView.of(container.spec(), volumes),
                    ContainerSummary.status(container.state(), now),
                    EndpointView.hasIdAmongAliases(minorVersion));
            list.writeBytes(
                    sizing == null ? kept(facts, minorVersion) : made(facts, minorVersion, sizing.of(container)));
            if (each.hasNext()) {
                list.write(',');
            }
        }
        list.write(']');
        return list.toByteArray();
    }

    private byte[] kept(Facts facts, int minorVersion) {
        String id = facts.container.id();
        Piece kept = pieces.get(id);
        if (kept != null && kept.facts.areThoseOf(facts)) {
            return kept.bytes;
        }
        Piece piece = new Piece(facts, made(facts, minorVersion, null));
        pieces.put(id, piece);
        forgetOthers();
        return piece.bytes;
    }

    /** Pieces of containers that are gone go when there are about as many of them as of others. */
    private void forgetOthers() {
        if (pieces.size() > 2 * containers.count() + 16) {
            Set<String> there =
                    containers.list().stream().map(ContainerView::id).collect(Collectors.toSet());
            pieces.keySet().retainAll(there);
        }
    }

    private byte[] made(Facts facts, int minorVersion, ContainerSummary.@Nullable Sizes sizes) {
        return json.writeValueAsBytes(ContainerSummary.of(
                facts.container,
                PortSummary.of(facts.container, facts.ports),
                EndpointView.byNetwork(facts.container, facts.endpoints, minorVersion),
                facts.mounts,
                sizes,
                facts.status));
    }
}
