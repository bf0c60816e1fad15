package dev.lighter.container;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.network.NameFacts;
import dev.lighter.network.dns.HostResolvers;
import dev.lighter.network.dns.ResolverConfiguration;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes the generated files of {@code /etc}: hosts(5) and resolv.conf(5). Safe for all threads. */
final class EtcFiles {
    private static final String HOST_GATEWAY = "host-gateway";
    private static final Path HOSTS = Path.of("/etc/hosts");
    private static final String EVERYBODYS = """
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::\tip6-localnet
            ff00::\tip6-mcastprefix
            ff02::1\tip6-allnodes
            ff02::2\tip6-allrouters
            """;

    private final HostResolvers resolvers;

    EtcFiles(HostResolvers resolvers) {
        this.resolvers = resolvers;
    }

    /** The names that every machine knows, those that were asked for, and the container's own. */
    String hosts(ContainerSpec spec, NameFacts facts) throws IOException {
        StringBuilder text = new StringBuilder(spec.network().isHost() ? Files.readString(HOSTS) : EVERYBODYS);
        for (String extra : spec.network().extraHosts()) {
            ExtraHost host = ExtraHost.parse(extra);
            text.append(host.address().equals(HOST_GATEWAY) ? gateway(spec, facts) : host.address())
                    .append('\t')
                    .append(host.name())
                    .append('\n');
        }
        if (spec.network().isHost()) {
            return text.toString();
        }
        String names = spec.domainname().isEmpty()
                ? spec.hostname()
                : spec.hostname() + "." + spec.domainname() + " " + spec.hostname();
        List<InetAddress> own = facts.own().isEmpty() ? List.of(IpPrefix.address("127.0.1.1")) : facts.own();
        own.forEach(address ->
                text.append(IpPrefix.format(address)).append('\t').append(names).append('\n'));
        return text.toString();
    }

    private static String gateway(ContainerSpec spec, NameFacts facts) {
        if (spec.network().isHost()) {
            return "127.0.0.1";
        }
        InetAddress host = facts.host();
        if (host == null) {
            throw EngineException.invalid("unable to derive the IP value for host-gateway: the container is on no"
                    + " network by which it reaches the host: use a bridge network that is not internal");
        }
        return IpPrefix.format(host);
    }

    /** Whom the container asks for names: its network's name server, or else what it asked for, or else the host's resolvers. */
    String resolvConf(ContainerSpec spec, NameFacts facts) {
        ResolverConfiguration host = resolvers.configuration();
        NetworkOptions asked = spec.network();
        List<InetAddress> servers = facts.nameservers();
        if (servers.isEmpty()) {
            servers = asked.dns().isEmpty() ? host.nameservers() : addresses(asked.dns());
        }
        List<String> options = new ArrayList<>(asked.dnsOptions().isEmpty() ? host.options() : asked.dnsOptions());
        if (!facts.nameservers().isEmpty() && options.stream().noneMatch(option -> option.startsWith("ndots:"))) {
            options.add("ndots:0");
        }
        List<String> search = asked.dnsSearch().isEmpty() ? host.search() : asked.dnsSearch();
        return new ResolverConfiguration(servers, search, options).format();
    }

    /** The resolvers that a container asks for. */
    static List<InetAddress> addresses(List<String> texts) {
        List<InetAddress> addresses = new ArrayList<>();
        for (String text : texts) {
            try {
                addresses.add(IpPrefix.address(text));
            } catch (IllegalArgumentException e) {
                throw EngineException.invalid(
                        "bad parameter: invalid nameserver address \"" + text + "\": write it in digits");
            }
        }
        return addresses;
    }

    /** One of the names that were asked for: {@code name:address} or {@code name=address}. */
    record ExtraHost(String name, String address) {
        static ExtraHost parse(String text) {
            int split = text.indexOf('=') > 0 ? text.indexOf('=') : text.indexOf(':');
            String name = split < 0 ? "" : text.substring(0, split);
            String address = split < 0 ? "" : text.substring(split + 1);
            if (address.startsWith("[") && address.endsWith("]")) {
                address = address.substring(1, address.length() - 1);
            }
            if (name.isEmpty() || name.chars().anyMatch(c -> c <= ' ' || c == '#')) {
                throw EngineException.invalid("bad format for add-host: \"" + text + "\": write it as name:address");
            }
            if (!address.equals(HOST_GATEWAY)) {
                try {
                    address = IpPrefix.format(IpPrefix.address(address));
                } catch (IllegalArgumentException e) {
                    throw EngineException.invalid("invalid IP address in add-host: \"" + address + "\"");
                }
            }
            return new ExtraHost(name, address);
        }
    }
}
