package dev.lighter.network;

import java.util.List;

/** Where a container is to be: endpoints that were checked and are not recorded yet. Opaque outside of this feature. */
public final class EndpointPlan {
    private final List<LiveEndpoint> endpoints;

    EndpointPlan(List<LiveEndpoint> endpoints) {
        this.endpoints = List.copyOf(endpoints);
    }

    List<LiveEndpoint> endpoints() {
        return endpoints;
    }
}
