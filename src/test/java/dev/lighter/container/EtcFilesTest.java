package dev.lighter.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.network.NameFacts;
import dev.lighter.network.dns.HostResolvers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written into a container's files of names. */
class EtcFilesTest {
    private static final NameFacts BRIDGED = new NameFacts(
            List.of(IpPrefix.address("172.17.0.2")),
            List.of(IpPrefix.address("172.17.0.1")),
            IpPrefix.address("172.17.0.1"));
    private static final NameFacts ALONE = new NameFacts(List.of(), List.of(), null);

    @TempDir
    private Path directory;

    private EtcFiles files() throws IOException {
        Path file = directory.resolve("resolv.conf");
        Files.writeString(file, "nameserver 127.0.0.53\nsearch example.org\noptions edns0\n");
        return new EtcFiles(new HostResolvers(file));
    }

    static ContainerSpec spec(String mode, List<String> dns, List<String> search, List<String> extra) {
        return new ContainerSpec(
                "image",
                "sha256:1",
                Instant.EPOCH,
                List.of("sh"),
                List.of(),
                List.of(),
                "/",
                "",
                "inside",
                "example",
                Map.of(),
                "",
                null,
                new ContainerSpec.Streams(false, true, true, false, false, false),
                false,
                new ContainerSpec.Resources(0, 0, 0, 0, 0, 0, 0, "", "", null, List.of()),
                List.of(),
                List.of(),
                List.of(),
                false,
                List.of(),
                new NetworkOptions(
                        mode, false, List.of(), false, List.of(), dns, List.of(), search, extra, List.of(), ""),
                "json-file",
                Map.of(),
                Supervision.none(),
                ContainerSpec.Isolation.USUAL,
                ContainerSpec.Storage.NONE,
                ContainerSpec.Users.HOST);
    }

    @Test
    void aContainerKnowsItselfByItsAddress() throws IOException {
        assertThat(files().hosts(spec("default", List.of(), List.of(), List.of()), BRIDGED))
                .contains("127.0.0.1\tlocalhost\n")
                .endsWith("172.17.0.2\tinside.example inside\n");
        assertThat(files().hosts(spec("none", List.of(), List.of(), List.of()), ALONE))
                .endsWith("127.0.1.1\tinside.example inside\n");
    }

    @Test
    void extraHostsAreAddressesOrTheHostsGateway() throws IOException {
        String hosts = files().hosts(
                        spec(
                                "default",
                                List.of(),
                                List.of(),
                                List.of("db:10.0.0.9", "six=[fd00::9]", "host.docker.internal:host-gateway")),
                        BRIDGED);

        assertThat(hosts).contains("10.0.0.9\tdb\n", "fd00::9\tsix\n", "172.17.0.1\thost.docker.internal\n");
        assertThatThrownBy(() -> files().hosts(spec("none", List.of(), List.of(), List.of("h:host-gateway")), ALONE))
                .hasMessageContaining("unable to derive the IP value for host-gateway");
        for (String wrong : List.of("db", ":10.0.0.9", "db:ten", "a b:10.0.0.9", "db:")) {
            assertThatThrownBy(() -> EtcFiles.ExtraHost.parse(wrong)).hasMessageContaining("add-host");
        }
    }

    @Test
    void namesAreAskedOfTheNetworksServerWithTheHostsDomains() throws IOException {
        assertThat(files().resolvConf(spec("default", List.of(), List.of(), List.of()), BRIDGED))
                .isEqualTo("nameserver 172.17.0.1\nsearch example.org\noptions edns0 ndots:0\n");
        assertThat(files().resolvConf(spec("default", List.of("9.9.9.9"), List.of("lan", "test"), List.of()), BRIDGED))
                .as("the server asks the container's own resolvers")
                .isEqualTo("nameserver 172.17.0.1\nsearch lan test\noptions edns0 ndots:0\n");
        assertThat(files().resolvConf(spec("default", List.of(), List.of("."), List.of()), BRIDGED))
                .doesNotContain("search");
    }

    @Test
    void withoutANetworksServerTheContainersOrTheHostsAreAsked() throws IOException {
        assertThat(files().resolvConf(spec("none", List.of(), List.of(), List.of()), ALONE))
                .isEqualTo("nameserver 127.0.0.53\nsearch example.org\noptions edns0\n");
        assertThat(files().resolvConf(spec("none", List.of("9.9.9.9"), List.of(), List.of()), ALONE))
                .startsWith("nameserver 9.9.9.9\n");
        assertThatThrownBy(() -> EtcFiles.addresses(List.of("resolver.example")))
                .hasMessageContaining("invalid nameserver address");
    }
}
