package dev.lighter.network;

import dev.lighter.error.EngineException;
import dev.lighter.network.port.PublishedPort;
import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hibernate.exception.ConstraintViolationException;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The rows of networks, endpoints and published ports. Every method is one short transaction, or part of its caller's: what a container's
 * start changes here and in the container's own row is one.
 */
@Repository
class NetworkStore {
    private static final JsonMapper JSON = new JsonMapper();
    private static final TypeReference<List<FurtherBridge>> BRIDGES = new TypeReference<>() {};
    private static final TypeReference<List<String>> STRINGS = new TypeReference<>() {};

    /** A network as it was last recorded. */
    record NetworkRow(Network network, List<FurtherBridge> furtherBridges, boolean removing) {}

    private final EntityManager entities;

    NetworkStore(EntityManager entities) {
        this.entities = entities;
    }

    /** All networks. */
    @Transactional(readOnly = true)
    public List<NetworkRow> networks() {
        return entities
                .createQuery("select n from NetworkEntity n order by n.createdAt", NetworkEntity.class)
                .getResultList()
                .stream()
                .map(row -> new NetworkRow(
                        JSON.readValue(row.spec(), Network.class),
                        JSON.readValue(row.furtherBridges(), BRIDGES),
                        row.removing()))
                .toList();
    }

    /** All endpoints. */
    @Transactional(readOnly = true)
    public List<EndpointRow> endpoints() {
        return entities.createQuery("select e from EndpointEntity e", EndpointEntity.class).getResultList().stream()
                .map(NetworkStore::row)
                .toList();
    }

    private static EndpointRow row(EndpointEntity row) {
        String lease = row.lease();
        return new EndpointRow(
                row.id(),
                row.networkId(),
                row.containerId(),
                JSON.readValue(row.settings(), EndpointSettings.class),
                JSON.readValue(row.names(), STRINGS),
                lease == null
                        ? null
                        : JSON.readValue(lease, EndpointRow.LeaseWords.class).lease());
    }

    /** All published ports by their containers' ids. */
    @Transactional(readOnly = true)
    public Map<String, List<PublishedPort>> ports() {
        return entities
                .createQuery("select p from PublishedPortEntity p", PublishedPortEntity.class)
                .getResultList()
                .stream()
                .collect(Collectors.groupingBy(
                        PublishedPortEntity::containerId,
                        Collectors.mapping(PublishedPortEntity::port, Collectors.toList())));
    }

    /** Adds a network that is about to be made. */
    @Transactional
    public void insert(Network network) {
        try {
            entities.persist(new NetworkEntity(
                    network.id(), network.name(), network.created(), JSON.writeValueAsString(network)));
            entities.flush();
        } catch (ConstraintViolationException e) {
            throw new EngineException(
                    EngineException.Kind.CONFLICT, "network with name " + network.name() + " already exists", e);
        }
    }

    /** Records what a network is when the engine chose it anew. */
    @Transactional
    public void update(Network network) {
        entities.createQuery("update NetworkEntity n set n.spec = :spec where n.id = :id")
                .setParameter("spec", JSON.writeValueAsString(network))
                .setParameter("id", network.id())
                .executeUpdate();
    }

    /** Records which bridges a network has besides its first. */
    @Transactional
    public void update(String networkId, List<FurtherBridge> bridges) {
        entities.createQuery("update NetworkEntity n set n.furtherBridges = :bridges where n.id = :id")
                .setParameter("bridges", JSON.writeValueAsString(bridges))
                .setParameter("id", networkId)
                .executeUpdate();
    }

    /** Records that a network is about to be removed. */
    @Transactional
    public void removing(String networkId) {
        entities.createQuery("update NetworkEntity n set n.removing = true where n.id = :id")
                .setParameter("id", networkId)
                .executeUpdate();
    }

    /** Removes a network's row, and those of endpoints on it that are left. */
    @Transactional
    public void deleteNetwork(String networkId) {
        entities.createQuery("delete from EndpointEntity e where e.networkId = :id")
                .setParameter("id", networkId)
                .executeUpdate();
        entities.createQuery("delete from NetworkEntity n where n.id = :id")
                .setParameter("id", networkId)
                .executeUpdate();
    }

    /** Records what an endpoint's container is known by. */
    @Transactional
    public void rename(String endpointId, List<String> names) {
        entities.createQuery("update EndpointEntity e set e.names = :names where e.id = :id")
                .setParameter("names", JSON.writeValueAsString(names))
                .setParameter("id", endpointId)
                .executeUpdate();
    }

    /** Adds endpoints. */
    @Transactional
    public void insertEndpoints(List<EndpointRow> rows) {
        for (EndpointRow row : rows) {
            Endpoint.Lease lease = row.lease();
            entities.persist(new EndpointEntity(
                    row.id(),
                    row.networkId(),
                    row.containerId(),
                    JSON.writeValueAsString(row.settings()),
                    JSON.writeValueAsString(row.names()),
                    lease == null ? null : words(lease)));
        }
    }

    private static String words(Endpoint.Lease lease) {
        return JSON.writeValueAsString(EndpointRow.LeaseWords.of(lease));
    }

    /** Records what a container has now that it starts: its leases by their endpoints' ids, and its ports. */
    @Transactional
    public void lease(String containerId, Map<String, Endpoint.Lease> leases, List<PublishedPort> ports) {
        leases.forEach((endpointId, lease) -> entities.createQuery(
                        "update EndpointEntity e set e.lease = :lease where e.id = :id")
                .setParameter("lease", words(lease))
                .setParameter("id", endpointId)
                .executeUpdate());
        ports.forEach(port -> entities.persist(new PublishedPortEntity(containerId, port)));
    }

    /** Records that a container has nothing any more. */
    @Transactional
    public void release(String containerId) {
        entities.createQuery(
                        "update EndpointEntity e set e.lease = null where e.containerId = :id and e.lease is not null")
                .setParameter("id", containerId)
                .executeUpdate();
        releasePorts(containerId);
    }

    /** Records that none of a container's ports is published any more. */
    @Transactional
    public void releasePorts(String containerId) {
        entities.createQuery("delete from PublishedPortEntity p where p.containerId = :id")
                .setParameter("id", containerId)
                .executeUpdate();
    }

    /** Removes an endpoint's row. */
    @Transactional
    public void deleteEndpoint(String endpointId) {
        entities.createQuery("delete from EndpointEntity e where e.id = :id")
                .setParameter("id", endpointId)
                .executeUpdate();
    }

    /** Removes all rows of a container. */
    @Transactional
    public void deleteContainer(String containerId) {
        entities.createQuery("delete from EndpointEntity e where e.containerId = :id")
                .setParameter("id", containerId)
                .executeUpdate();
        releasePorts(containerId);
    }
}
