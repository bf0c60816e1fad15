package dev.lighter.container;

import dev.lighter.error.EngineException;
import dev.lighter.image.ImageDetails;
import dev.lighter.image.ImageService;
import dev.lighter.network.EndpointPlan;
import dev.lighter.network.EndpointSettings;
import dev.lighter.volume.ContainerVolumes;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How containers are made: all of one, its rows, addresses, volumes and directory, or nothing. Safe for all threads. */
final class Creation {
    private static final Logger LOG = LoggerFactory.getLogger(Creation.class);

    private final Surroundings around;
    private final ImageService images;
    private final ContainerPlaces places;
    private final SharedNamespaces namespaces;
    private final UserRanges users;
    private final ResourceChecks resourceChecks;

    Creation(
            Surroundings around,
            ImageService images,
            ContainerPlaces places,
            SharedNamespaces namespaces,
            UserRanges users,
            ResourceChecks resourceChecks) {
        this.around = around;
        this.images = images;
        this.places = places;
        this.namespaces = namespaces;
        this.users = users;
        this.resourceChecks = resourceChecks;
    }

    /** Makes a container from an image. Gives it; it does not run yet. */
    ContainerView create(ContainerRequest request) {
        ImageDetails image = images.get(request.image());
        return create(new ContainerDesign() {
            @Override
            public @Nullable String name() {
                return request.name();
            }

            @Override
            public ContainerMounts.Claimed claim(String id) {
                return around.mounts()
                        .claim(id, request.storage(), image.config().volumes());
            }

            @Override
            public ContainerSpec spec(String id, List<MountPoint> mounts) {
                return SpecMaker.make(id, request, image, mounts);
            }

            @Override
            public String usersMode() {
                return request.usersMode();
            }

            @Override
            public Map<String, EndpointSettings> endpoints() {
                return request.endpoints();
            }

            @Override
            public String rootImageId() {
                return image.id();
            }
        });
    }

    /** Makes a container of a design. */
    ContainerView create(ContainerDesign design) {
        String id = ContainerNames.newId();
        String asked = design.name();
        String name = asked == null || asked.isEmpty()
                ? ContainerNames.generate(around.registry()::isTaken)
                : ContainerNames.checked(asked);
        around.registry().reserve(name, id);
        boolean done = false;
        ContainerMounts.Claimed claimed = null;
        try {
            claimed = design.claim(id);
            ContainerVolumes.Claim claim = claimed.claim();
            ContainerSpec merged = design.spec(id, claimed.mounts());
            ContainerSpec made = users.resolved(namespaces.resolved(places.resolved(merged)), design.usersMode());
            ContainerSpec spec = made.with(resourceChecks.checked(made.resources()), made.supervision());
            ContainerView view = new ContainerView(id, name, spec, ContainerState.created(), design.rootImageId());
            Container container = new Container(view);
            EndpointPlan plan = places.plan(container, design.endpoints());
            around.store().insert(view, () -> {
                around.networking().record(plan);
                claim.record();
                design.record(id);
            });
            make(view, claim);
            around.networking().add(plan);
            around.registry().add(container);
            done = true;
            around.events().created(view);
            return view;
        } finally {
            if (!done) {
                if (claimed != null) {
                    claimed.claim().abandon();
                }
                around.registry().release(name, id);
            }
        }
    }

    /** Makes what a recorded container has on the host; takes its rows away again when that fails. */
    private void make(ContainerView container, ContainerVolumes.Claim claim) {
        String id = container.id();
        boolean made = false;
        try {
            around.directories().create(id);
            around.limit(id, container.spec());
            around.launcher().prepare(around.directories().of(id));
            claim.make();
            around.mounts().fill(container.spec());
            made = true;
        } catch (IOException e) {
            throw EngineException.internal("the container's directory cannot be made: " + e.getMessage(), e);
        } finally {
            if (!made) {
                around.store().delete(id, () -> {
                    around.networking().recordRemoval(id);
                    claim.recordAbandonment();
                });
                try {
                    around.directories().delete(id);
                } catch (IOException e) {
                    LOG.warn("The directory of container {} stays behind: {}", id, e.getMessage());
                }
            }
        }
    }
}
