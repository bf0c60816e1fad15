package dev.lighter.kernel.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.NetlinkSocket.Protocol;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The socket alone, with messages written by hand, in a namespace of its own. */
class NetlinkSocketIT {
    private static final int NEW = 16;
    private static final int DELETE = 17;
    private static final int GET = 18;
    private static final int STRUCT = 16;
    private static final int NAME = 3;
    private static final int LINK_INFO = 18;
    private static final int LINK_EVENTS = 1;

    private NetworkNamespace namespace;
    private NetlinkSocket socket;

    @BeforeEach
    void open() throws Exception {
        namespace = NetworkNamespace.create();
        socket = NetlinkSocket.open(Protocol.ROUTE, namespace);
    }

    @AfterEach
    void close() {
        socket.close();
        namespace.close();
    }

    private static NetlinkRequest add(String name, String kind) {
        return NetlinkRequest.of(
                        "RTM_NEWLINK", NEW, NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE, name, new byte[STRUCT])
                .with(a -> a.string(NAME, name).nested(LINK_INFO, info -> info.string(1, kind)));
    }

    private static NetlinkRequest link(String name, int type) {
        return NetlinkRequest.of("RTM_" + type, type, 0, name, new byte[STRUCT]).with(a -> a.string(NAME, name));
    }

    private List<String> names() throws ErrnoException {
        List<String> names = new ArrayList<>();
        for (NetlinkMessage message : socket.dump(NetlinkRequest.of("RTM_GETLINK", GET, 0, null, new byte[STRUCT]))) {
            names.add(message.attributes(STRUCT).string(NAME));
        }
        return names;
    }

    @Test
    void aRequestIsCarriedOutWhenItsAcknowledgementHasCome() throws Exception {
        socket.execute(add("br0", "bridge"));

        assertThat(names()).contains("lo", "br0");
        List<NetlinkMessage> answer = socket.ask(link("br0", GET));
        assertThat(answer).hasSize(1);
        assertThat(answer.get(0).attributes(STRUCT).nested(LINK_INFO).string(1)).isEqualTo("bridge");
    }

    @Test
    void aFailureSaysWhatTheKernelSays() throws Exception {
        socket.execute(add("br0", "bridge"));

        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> socket.execute(add("br0", "bridge")))
                .withMessage("RTM_NEWLINK(br0): EEXIST File exists");
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> socket.execute(add("x0", "nonsense")))
                .withMessageMatching("RTM_NEWLINK\\(x0\\): E(OP)?NOTSUPP? .*: Unknown device type");
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> socket.execute(link("nowhere", DELETE)))
                .matches(e -> e.is(Errno.ENODEV));
    }

    @Test
    void aBatchTriesAllAndTellsAllFailures() throws Exception {
        List<NetlinkRequest> requests = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            requests.add(add("br" + i, i == 7 || i == 200 ? "nonsense" : "bridge"));
        }

        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> socket.executeAll(requests))
                .withMessageContaining("RTM_NEWLINK(br7)")
                .satisfies(e -> assertThat(e.getSuppressed())
                        .singleElement()
                        .satisfies(other -> assertThat(other).hasMessageContaining("RTM_NEWLINK(br200)")));
        assertThat(names().stream().filter(name -> name.startsWith("br"))).hasSize(298);
    }

    @Test
    void anEmptyBatchIsNothing() throws Exception {
        socket.executeAll(List.of());

        assertThat(names()).contains("lo");
    }

    @Test
    void threadsMayShareASocket() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<List<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String name = "br" + i;
                answers.add(threads.submit(() -> {
                    for (int round = 0; round < 20; round++) {
                        socket.execute(add(name, "bridge"));
                        assertThat(names()).contains(name);
                        socket.execute(link(name, DELETE));
                    }
                    return names();
                }));
            }
            for (Future<List<String>> answer : answers) {
                assertThat(answer.get()).contains("lo");
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(names()).noneMatch(name -> name.startsWith("br"));
    }

    @Test
    void eventsTellWhatOthersDo() throws Exception {
        try (NetlinkSocket listener = NetlinkSocket.open(Protocol.ROUTE, namespace)) {
            listener.join(LINK_EVENTS);
            assertThat(listener.events(0)).isEmpty();

            socket.execute(add("br0", "bridge"));

            NetlinkMessage event = listener.events(10_000).get(0);
            assertThat(event.type()).isEqualTo(NEW);
            assertThat(event.attributes(STRUCT).string(NAME)).isEqualTo("br0");
        }
    }

    @Test
    void eventsThatNobodyFetchesAreSaidToBeLost() throws Exception {
        try (NetlinkSocket listener = NetlinkSocket.open(Protocol.ROUTE, namespace)) {
            listener.join(LINK_EVENTS);
            socket.execute(add("br0", "bridge"));
            List<NetlinkRequest> changes = new ArrayList<>();
            for (int i = 0; i < 8000; i++) {
                ByteBuffer struct = ByteBuffer.allocate(STRUCT).order(ByteOrder.nativeOrder());
                struct.putInt(8, i & 1).putInt(12, 1);
                changes.add(NetlinkRequest.of("RTM_NEWLINK", NEW, 0, "br0", struct.array())
                        .with(a -> a.string(NAME, "br0")));
            }
            socket.executeAll(changes);

            assertThatExceptionOfType(ErrnoException.class)
                    .isThrownBy(() -> {
                        while (!listener.events(0).isEmpty()) {
                            // The error comes before or between the events that were kept.
                        }
                    })
                    .matches(e -> e.is(Errno.ENOBUFS));
        }
    }

    @Test
    void aSocketOutlivesTheNamespacesDescriptor() throws Exception {
        socket.execute(add("br0", "bridge"));
        namespace.close();

        assertThat(names()).contains("br0");
    }
}
