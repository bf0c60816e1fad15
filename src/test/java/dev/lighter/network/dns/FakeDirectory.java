package dev.lighter.network.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A directory in which every asker sees the same names; only 127.0.0.1 and those added are askers. */
final class FakeDirectory implements NameDirectory {
    private final Map<String, List<InetAddress>> addresses = new ConcurrentHashMap<>();
    private final Map<InetAddress, String> names = new ConcurrentHashMap<>();
    private final Map<InetAddress, List<InetSocketAddress>> askers = new ConcurrentHashMap<>();
    volatile boolean mayAskOutside = true;

    FakeDirectory() throws IOException {
        asker("127.0.0.1", List.of());
    }

    FakeDirectory asker(String address, List<InetSocketAddress> resolvers) throws IOException {
        askers.put(InetAddress.getByName(address), resolvers);
        return this;
    }

    FakeDirectory name(String name, String... literals) throws IOException {
        List<InetAddress> list = new ArrayList<>();
        for (String literal : literals) {
            list.add(InetAddress.getByName(literal));
        }
        addresses.put(name, list);
        list.forEach(address -> names.put(address, name));
        return this;
    }

    @Override
    public @Nullable Asker asker(InetAddress source) {
        List<InetSocketAddress> own = askers.get(source);
        return own == null ? null : new Seeing(this, own);
    }

    private record Seeing(FakeDirectory all, List<InetSocketAddress> resolvers) implements Asker {
        @Override
        public @Nullable List<InetAddress> addresses(String name) {
            return all.addresses.get(name);
        }

        @Override
        public @Nullable String name(InetAddress address) {
            return all.names.get(address);
        }

        @Override
        public boolean mayAskOutside() {
            return all.mayAskOutside;
        }
    }
}
