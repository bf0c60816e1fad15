package dev.lighter.network;

import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.network.port.PublishedPort;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** The row of a port that is reachable at the host; no two have the same protocol, address and port there. */
@Entity
@Table(name = "published_port")
class PublishedPortEntity {
    @Id
    private String id = "";

    @Column(name = "container_id")
    private String containerId = "";

    private String protocol = "";

    @Column(name = "host_address")
    private String hostAddress = "";

    @Column(name = "host_port")
    private int hostPort;

    @Column(name = "container_port")
    private int containerPort;

    /** For the persistence provider. */
    protected PublishedPortEntity() {}

    PublishedPortEntity(String containerId, PublishedPort port) {
        this.containerId = containerId;
        this.protocol = port.protocol();
        this.hostAddress = IpPrefix.format(port.hostAddress());
        this.hostPort = port.hostPort();
        this.containerPort = port.containerPort();
        this.id = protocol + "/" + hostAddress + "/" + hostPort;
    }

    String containerId() {
        return containerId;
    }

    PublishedPort port() {
        return new PublishedPort(containerPort, protocol, IpPrefix.address(hostAddress), hostPort);
    }
}
