package dev.lighter.container;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.netlink.NetworkNamespace;
import dev.lighter.launch.LaunchNetwork;
import dev.lighter.network.ContainerNetworking;
import dev.lighter.network.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The network of one container while it starts: a sandbox of its own, another container's namespace, or the host's. Used under the
 * container's lock; {@link #started} or {@link #abandon} ends it.
 */
final class StartingNetwork {
    private final Container container;
    private final ContainerNetworking networking;
    private final EtcFiles etc;
    private final @Nullable Sandbox sandbox;
    private final @Nullable NetworkNamespace shared;
    private final @Nullable Path sharedFiles;

    private StartingNetwork(
            Container container,
            ContainerNetworking networking,
            EtcFiles etc,
            @Nullable Sandbox sandbox,
            @Nullable NetworkNamespace shared,
            @Nullable Path sharedFiles) {
        this.container = container;
        this.networking = networking;
        this.etc = etc;
        this.sandbox = sandbox;
        this.shared = shared;
        this.sharedFiles = sharedFiles;
    }

    /** A namespace with what the container's networks give it. */
    static StartingNetwork own(Container container, ContainerNetworking networking, EtcFiles etc) {
        Sandbox sandbox = networking.open(container.id, container.needs());
        return new StartingNetwork(container, networking, etc, sandbox, null, null);
    }

    /** The host's own network. */
    static StartingNetwork ofHost(Container container, ContainerNetworking networking, EtcFiles etc) {
        return new StartingNetwork(container, networking, etc, null, null, null);
    }

    /**
     * The network of another container, which runs.
     *
     * @param files its directory, whose generated files are taken over
     */
    static StartingNetwork of(
            Container other, Path files, Container container, ContainerNetworking networking, EtcFiles etc) {
        return new StartingNetwork(container, networking, etc, null, namespaceOf(other), files);
    }

    /** The namespace of a container that runs. */
    static NetworkNamespace namespaceOf(Container container) {
        var running = container.running;
        if (running == null) {
            throw EngineException.conflict(
                    "cannot join network of a non running container: " + container.id + ": start it first");
        }
        try {
            return NetworkNamespace.at(Path.of("/proc", Integer.toString(running.pid()), "ns/net"));
        } catch (IOException e) {
            throw EngineException.conflict("cannot join network of container " + container.id + ": it has just ended");
        }
    }

    /** What goes into {@code /etc/hosts}. */
    String hosts() throws IOException {
        if (sharedFiles != null) {
            return Files.readString(sharedFiles.resolve("hosts"));
        }
        return etc.hosts(container.spec, names());
    }

    /** What goes into {@code /etc/resolv.conf}. */
    String resolvConf() throws IOException {
        if (sharedFiles != null) {
            return Files.readString(sharedFiles.resolve("resolv.conf"));
        }
        return etc.resolvConf(container.spec, names());
    }

    private dev.lighter.network.NameFacts names() {
        return sandbox == null ? networking.names(container.id) : networking.names(sandbox);
    }

    /** Records what was leased; to be called in the transaction that records the start. */
    void record() {
        if (sandbox != null) {
            networking.record(sandbox);
        }
    }

    /** Makes what was recorded. */
    void raise() throws IOException {
        if (sandbox != null) {
            networking.raise(sandbox);
        } else if (shared == null) {
            networking.openHost(container.id);
        }
    }

    /** What the launcher is to join. */
    LaunchNetwork launch(Future<?> ready) {
        if (sandbox != null) {
            return new LaunchNetwork(sandbox.namespace(), ready, sandbox.description());
        }
        return shared == null
                ? new LaunchNetwork(null, ready, "the host's own network")
                : new LaunchNetwork(shared.fd(), ready, "that of another container");
    }

    /** The container's program runs. */
    void started() {
        if (sandbox != null) {
            networking.started(sandbox);
        }
        if (shared != null) {
            shared.close();
        }
    }

    /** The start has failed: what was made for it is undone. */
    void abandon() {
        if (sandbox != null) {
            networking.abandon(sandbox);
        } else {
            networking.release(container.id);
        }
        if (shared != null) {
            shared.close();
        }
    }
}
