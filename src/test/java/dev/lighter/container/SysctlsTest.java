package dev.lighter.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.container.ContainerSpec.Isolation;
import dev.lighter.error.EngineException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SysctlsTest {
    private static final NetworkOptions OWN = NetworkOptions.of("bridge");
    private static final NetworkOptions HOST = NetworkOptions.of("host");

    private static void check(String name, Isolation isolation, NetworkOptions network) {
        Sysctls.check(Map.of(name, "1"), isolation, network);
    }

    @ParameterizedTest
    @CsvSource({
        "net.ipv4.ip_forward, net/ipv4/ip_forward",
        "net/ipv4/ip_forward, net/ipv4/ip_forward",
        "net/ipv4/conf/eth0.100/rp_filter, net/ipv4/conf/eth0.100/rp_filter",
        "net.ipv4.conf.eth0/100.rp_filter, net/ipv4/conf/eth0.100/rp_filter",
        "kernel.sem, kernel/sem",
    })
    void aNameIsAPathWithItsSeparatorsSwapped(String name, String path) {
        assertThat(Sysctls.path(name)).isEqualTo(path);
        assertThat(Sysctls.byPath(Map.of(name, "7"))).containsExactly(Map.entry(path, "7"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "net.ipv4.ip_forward",
                "net/core/somaxconn",
                "kernel.msgmax",
                "kernel/shmmax",
                "kernel.shm_rmid_forced",
                "kernel.sem",
                "fs.mqueue.msg_max"
            })
    void whatBelongsToANamespaceCanBeSet(String name) {
        assertThatCode(() -> check(name, Isolation.USUAL, OWN)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"kernel.panic", "vm.swappiness", "fs.file-max", "kernel.hostname", "user.max_user_namespaces"})
    void whatIsTheHostsIsRefusedInTheRuntimesWords(String name) {
        assertThatThrownBy(() -> check(name, Isolation.USUAL, OWN))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.kind()).isEqualTo(EngineException.Kind.INVALID))
                .hasMessageContaining(
                        "HostConfig.Sysctls: sysctl \"" + name + "\" is not in a separate kernel namespace");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "net",
                "net.",
                ".net",
                "net..ipv4",
                "net/../kernel/panic",
                "net/./ipv4",
                "/net/ipv4",
                "net.ipv4/../../kernel.panic",
                "net ipv4",
                "net.ipv4\u0000x",
                "net/ipv4/../../kernel/core_pattern",
                "fs/mqueue/../../kernel/core_pattern",
            })
    void noNameLeadsElsewhere(String name) {
        assertThatThrownBy(() -> check(name, Isolation.USUAL, OWN)).isInstanceOf(EngineException.class);
    }

    @Test
    void whoSharesWithTheHostCannotChangeIt() {
        Isolation hostQueues = Isolation.USUAL.joining("", "host");
        assertThatThrownBy(() -> check("kernel.msgmax", hostQueues, OWN))
                .hasMessageContaining("is not allowed in the hosts ipc namespace");
        assertThatThrownBy(() -> check("fs.mqueue.msg_max", hostQueues, OWN))
                .hasMessageContaining("is not allowed in the hosts ipc namespace");
        assertThatCode(() -> check("net.ipv4.ip_forward", hostQueues, OWN)).doesNotThrowAnyException();
        assertThatThrownBy(() -> check("net.ipv4.ip_forward", Isolation.USUAL, HOST))
                .hasMessageContaining("not allowed in host network namespace");
        assertThatCode(() -> check("kernel.msgmax", Isolation.USUAL, HOST)).doesNotThrowAnyException();
    }

    @Test
    void aValueIsOneThatTheKernelCouldTake() {
        for (String value : new String[] {"", "a\0b", "x".repeat(5000)}) {
            assertThatThrownBy(() -> Sysctls.check(Map.of("net.a.b", value), Isolation.USUAL, OWN))
                    .hasMessageContaining("has no value");
        }
    }
}
