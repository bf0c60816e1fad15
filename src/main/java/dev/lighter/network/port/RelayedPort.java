package dev.lighter.network.port;

import dev.lighter.kernel.EventLoop;
import dev.lighter.kernel.inet.InetSocket;
import dev.lighter.kernel.inet.SocketAddress;

/** A port of the host whose clients are served by the relay, until it is closed. What is not said otherwise runs on the relay's thread. */
abstract class RelayedPort implements EventLoop.Handler {
    final Relay relay;
    final InetSocket socket;
    private SocketAddress target;

    RelayedPort(Relay relay, InetSocket socket, SocketAddress target) {
        this.relay = relay;
        this.socket = socket;
        this.target = target;
    }

    /** Ends all that clients have open. */
    abstract void endConnections();

    /** Gives up what is over its time; gives whether to look again later. */
    abstract boolean tick(long nowNanos);

    SocketAddress target() {
        return target;
    }

    /** Serves clients from another target, and ends the connections to the former one. For any other thread. */
    void retarget(SocketAddress newTarget) {
        relay.runAndWait(() -> {
            target = newTarget;
            endConnections();
        });
    }

    /** Ends all connections and closes the port's socket. For any other thread. */
    void close() {
        relay.runAndWait(() -> relay.end(this));
    }
}
