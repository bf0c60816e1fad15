package dev.lighter.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a program sees and may do inside a container. */
@ExtendWith(EngineExtension.class)
class ContainerInsideIT {
    private static final String DEFAULT_CAPABILITIES = "00000000a80425fb";

    private final Engine engine;

    ContainerInsideIT(Engine engine) {
        this.engine = engine;
    }

    private String inside(String script) throws Exception {
        return with(List.of(), script);
    }

    private String with(List<String> options, String script) throws Exception {
        List<String> command = Stream.of(List.of("run", "--rm"), options, List.of("lighter/host", "sh", "-c", script))
                .flatMap(List::stream)
                .toList();
        Engine.Run run = engine.docker(command.toArray(String[]::new));
        return (run.output() + run.errors()).strip();
    }

    @Test
    void theProgramIsProcessOne() throws Exception {
        assertThat(inside("echo $$; ls -d /proc/[0-9]* | head -1")).isEqualTo("1\n/proc/1");
    }

    @Test
    void theHostnameIsTheShortId() throws Exception {
        String hostname = inside("hostname; cat /etc/hostname");
        assertThat(hostname.lines().distinct().toList())
                .singleElement()
                .asString()
                .matches("[0-9a-f]{12}");
    }

    private static List<String> links(String devices) {
        return devices.lines()
                .skip(2)
                .map(line -> line.strip().split(":")[0])
                .sorted()
                .toList();
    }

    @Test
    void loopbackAndTheNetworksLinkAreThereAndUp() throws Exception {
        assertThat(links(inside("cat /proc/net/dev"))).containsExactly("eth0", "lo");
        assertThat(inside("cat /sys/class/net/eth0/operstate")).isEqualTo("up");
        assertThat(inside("cat /proc/net/fib_trie")).contains("127.0.0.1");
    }

    @Test
    void withoutANetworkOnlyLoopbackIsThereAndItIsUp() throws Exception {
        List<String> none = List.of("--network", "none");
        assertThat(links(with(none, "cat /proc/net/dev"))).containsExactly("lo");
        assertThat(with(none, "cat /sys/class/net/lo/operstate; cat /proc/net/fib_trie"))
                .contains("127.0.0.1");
    }

    @Test
    void onlyStandardDescriptorsAreOpen() throws Exception {
        Engine.Run list = engine.docker("run", "--rm", "lighter/host", "ls", "/proc/self/fd");
        assertThat(list.output().split("\\s+")).containsExactly("0", "1", "2", "3");
    }

    @Test
    void capabilitiesAreDockersFourteen() throws Exception {
        String status = inside("cat /proc/self/status");
        assertThat(status.lines().filter(line -> line.startsWith("Cap")).map(line -> line.split("\\s+")[1]))
                .containsExactly(
                        "0000000000000000",
                        DEFAULT_CAPABILITIES,
                        DEFAULT_CAPABILITIES,
                        DEFAULT_CAPABILITIES,
                        "0000000000000000");
        assertThat(Long.bitCount(Long.parseLong(DEFAULT_CAPABILITIES, 16))).isEqualTo(14);
        assertThat(status).containsPattern("Seccomp:\\s+2").containsPattern("NoNewPrivs:\\s+0");
    }

    @Test
    void noNewPrivilegesIsSetOnRequest() throws Exception {
        assertThat(with(List.of("--security-opt", "no-new-privileges"), "cat /proc/self/status"))
                .containsPattern("NoNewPrivs:\\s+1");
    }

    @Test
    void capabilitiesCanBeDroppedAndAdded() throws Exception {
        assertThat(with(List.of("--cap-drop", "ALL"), "cat /proc/self/status"))
                .containsPattern("CapEff:\\s+0000000000000000")
                .containsPattern("CapBnd:\\s+0000000000000000");
        assertThat(with(List.of("--cap-drop", "ALL", "--cap-add", "NET_RAW"), "cat /proc/self/status"))
                .containsPattern("CapEff:\\s+0000000000002000");
    }

    @Test
    void kernelFilesAreMaskedOrReadOnly() throws Exception {
        assertThat(inside("echo x > /proc/sysrq-trigger"))
                .matches("(?s).*(Read-only file system|nonexistent|Permission denied|No such file).*");
        assertThat(inside("echo x > /sys/kernel/uevent_helper || echo x > /sys/x"))
                .contains("sh: ");
        assertThat(inside("echo 1 > /proc/sys/kernel/randomize_va_space")).contains("Read-only");
        assertThat(inside("cat /proc/keys /proc/timer_list 2>/dev/null | head -c 100"))
                .isEmpty();
        assertThat(inside("ls /sys/firmware")).isEmpty();
        assertThat(inside("head -c 1 /proc/kcore 2>&1 | head -c 1 > /dev/null; ls -l /proc/kcore"))
                .matches("(?s)crw-rw-rw-.* 1, *3 .*|.*No such file.*");
    }

    @Test
    void whatCouldEscapeIsDenied() throws Exception {
        assertThat(inside("mount -t tmpfs none /mnt || echo denied")).contains("denied");
        assertThat(inside("unshare -U true || echo denied")).contains("denied");
        assertThat(inside("unshare -m true || echo denied")).contains("denied");
        assertThat(inside("mknod /dev/sda b 8 0 && cat /dev/sda || echo denied"))
                .contains("denied");
        assertThat(inside("hostname other || echo denied")).contains("denied");
    }

    @Test
    void mountsAreFewAndKnown() throws Exception {
        List<String> points = inside("cat /proc/mounts")
                .lines()
                .map(line -> line.split(" ")[1])
                .filter(point -> !point.startsWith("/sys/fs/cgroup/"))
                .toList();
        assertThat(points)
                .contains("/", "/proc", "/sys", "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue", "/etc/hosts")
                .allMatch(point -> Stream.of("/", "/proc", "/sys", "/dev", "/etc/")
                        .anyMatch(known ->
                                point.equals(known) || point.startsWith(known + (known.endsWith("/") ? "" : "/"))));
    }

    @Test
    void theRootIsWritableAndGoesWithTheContainer() throws Exception {
        assertThat(inside("echo data > /new; cat /new")).isEqualTo("data");
        assertThat(inside("cat /new 2>&1")).contains("No such file");
        assertThat(with(List.of("--read-only"), "echo data > /new")).contains("Read-only");
    }

    @Test
    void aForkBombStopsAtItsLimit() throws Exception {
        String output = with(
                List.of("--pids-limit", "20"), "bomb() { bomb | bomb & }; bomb 2>/dev/null; sleep 0.5; echo contained");
        assertThat(output).contains("contained");
        assertThat(engine.get("/_ping").status()).isEqualTo(200);
    }

    @Test
    void aWorkingDirectoryBehindALinkStaysInside() throws Exception {
        String output = with(List.of("-w", "/proc/1/root/../../../etc"), "pwd");
        assertThat(Arrays.asList(output.split("\n")).get(0)).isEqualTo("/etc");
    }

    @Test
    void limitsAreInTheControlGroups() throws Exception {
        assertThat(with(List.of("--ulimit", "nofile=123:456"), "ulimit -Sn; ulimit -Hn"))
                .isEqualTo("123\n456");
        assertThat(with(
                        List.of("-m", "32m"),
                        "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null"))
                .isEqualTo("33554432");
        assertThat(with(
                        List.of("--pids-limit", "44"),
                        "cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null"))
                .isEqualTo("44");
        assertThat(with(
                                List.of("--cpus", "0.25"),
                                "cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us /sys/fs/cgroup/cpu.max 2>/dev/null")
                        .lines()
                        .findFirst()
                        .orElse(""))
                .startsWith("25000");
    }
}
