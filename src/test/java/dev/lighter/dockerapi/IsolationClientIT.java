package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.Engine.Run;
import dev.lighter.engine.EngineExtension;
import dev.lighter.engine.HostUsers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How containers are kept apart, or not, as the docker command line asks for it. */
@ExtendWith(EngineExtension.class)
@Timeout(120)
class IsolationClientIT {
    private static final Path FUSE = Path.of("/dev/fuse");
    private static final String PRIVILEGED = HostUsers.FOR_PRIVILEGES.and("--privileged");

    private final Engine engine;
    private final String name = "isolation-" + UUID.randomUUID().toString().substring(0, 8);
    private final List<String> made = new ArrayList<>();

    IsolationClientIT(Engine engine) {
        this.engine = engine;
    }

    @AfterEach
    void remove() throws Exception {
        for (String one : made) {
            engine.delete("/containers/" + one + "?force=1");
        }
    }

    private static String[] command(List<String> before, String options, String... after) {
        List<String> command = new ArrayList<>(before);
        if (!options.isEmpty()) {
            command.addAll(List.of(options.split(" ")));
        }
        command.addAll(List.of(after));
        return command.toArray(String[]::new);
    }

    private Run run(String options, String script) throws Exception {
        return engine.docker(
                command(List.of("run", "--rm", "--network", "none"), options, "lighter/host", "sh", "-c", script));
    }

    /** What a script prints in a container with these options. */
    private String inside(String options, String script) throws Exception {
        Run run = run(options, script);
        assertThat(run.exitCode()).as(options + ": " + run.errors()).isZero();
        return run.output().strip();
    }

    /** A container that goes on running. */
    private String started(String suffix, String options, String script) throws Exception {
        String called = name + suffix;
        made.add(called);
        engine.dockerOutput(command(
                List.of("run", "-d", "--network", "none", "--name", called),
                options,
                "lighter/host",
                "sh",
                "-c",
                script));
        return called;
    }

    private String exec(String container, String script) throws Exception {
        return engine.dockerOutput("exec", container, "sh", "-c", script);
    }

    private String refusal(String options) throws Exception {
        Run run = run(options, "true");
        assertThat(run.exitCode()).as(options).isNotZero();
        return run.errors();
    }

    private String inspected(String options, String format) throws Exception {
        made.add(name);
        engine.dockerOutput(command(List.of("create", "--name", name), options, "lighter/host", "true"));
        return engine.dockerOutput("inspect", "-f", format, name);
    }

    private static String statusLine(String field) {
        return "grep '^" + field + ":' /proc/self/status | cut -f2";
    }

    @Test
    void privilegedHasAllThatTheEngineHas() throws Exception {
        String own = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("CapEff"))
                .findFirst()
                .orElseThrow()
                .substring(8);
        String script = statusLine("CapEff") + ";" + statusLine("Seccomp") + "; grep -c ' /proc/' /proc/mounts;"
                + " mount -t tmpfs x /mnt && mkdir /sys/fs/cgroup/*/inner && rmdir /sys/fs/cgroup/*/inner && echo able";
        assertThat(inside(PRIVILEGED, script.replace("*", "pids"))).isEqualTo(own + "\n0\n0\nable");
        assertThat(run("", "mount -t tmpfs x /mnt").exitCode()).isNotZero();
    }

    @Test
    void privilegedHasTheHostsDevices() throws Exception {
        assumeThat(FUSE).as("skipped: no /dev/fuse").exists();
        assertThat(inside(PRIVILEGED, "(exec 3<>/dev/fuse) && echo open; ls -l /dev/ptmx | grep -o 'pts/ptmx'"))
                .isEqualTo("open\npts/ptmx");
        assertThat(run("", "test -e /dev/fuse").exitCode()).isNotZero();
    }

    @Test
    void execIntoAPrivilegedContainerHasTheSame() throws Exception {
        String container = started("", PRIVILEGED, "sleep 100");
        String script = statusLine("CapEff") + ";" + statusLine("Seccomp");
        assertThat(exec(container, script)).isEqualTo(inside(PRIVILEGED, script));
    }

    @Test
    void aDeviceOfTheHostIsThereAndCanBeUsed() throws Exception {
        assumeThat(FUSE).as("skipped: no /dev/fuse").exists();
        assertThat(inside("--device /dev/fuse", "(exec 3<>/dev/fuse) && echo open"))
                .isEqualTo("open");
        assertThat(inside("--device /dev/fuse:/dev/deep/er/f", "(exec 3<>/dev/deep/er/f) && echo open"))
                .isEqualTo("open");
        assertThat(inside("--device /dev/fuse:/opt/f", "(exec 3<>/opt/f) && echo open"))
                .isEqualTo("open");
    }

    @Test
    void aDeviceCanBeUsedOnlyInTheWaysAskedFor() throws Exception {
        assumeThat(FUSE).as("skipped: no /dev/fuse").exists();
        assertThat(inside(
                        "--device /dev/fuse:/dev/fuse:r",
                        "(exec 3</dev/fuse) && echo r; (exec 3>/dev/fuse) || echo -w"))
                .isEqualTo("r\n-w");
    }

    @Test
    void aDirectoryOfDevicesBringsThemAll() throws Exception {
        Path directory = Files.createTempDirectory("lighter-devices");
        try {
            assertThat(new ProcessBuilder("mknod", directory + "/one", "c", "1", "3")
                            .start()
                            .waitFor())
                    .isZero();
            assertThat(new ProcessBuilder("mknod", directory + "/two", "c", "1", "5")
                            .start()
                            .waitFor())
                    .isZero();
            assertThat(inside(
                            "--device " + directory + ":/dev/all",
                            "echo x > /dev/all/one; head -c 2 /dev/all/two | wc -c"))
                    .isEqualTo("2");
        } finally {
            Files.delete(directory.resolve("one"));
            Files.delete(directory.resolve("two"));
            Files.delete(directory);
        }
    }

    @Test
    void aDeviceThatIsNotThereFailsAtStartAndTheContainerStays() throws Exception {
        made.add(name);
        Run run = engine.docker(
                "run", "--name", name, "--network", "none", "--device", "/dev/nowhere", "lighter/host", "true");
        assertThat(run.errors())
                .contains("error gathering device information while adding custom device \"/dev/nowhere\":"
                        + " no such file or directory");
        assertThat(engine.dockerOutput("inspect", "-f", "{{.State.Status}}", name))
                .isEqualTo("created");
        assertThat(refusal("--device /etc/passwd")).contains("not a device node");
    }

    @Test
    void rulesForDevicesAllowWhatIsMadeInside() throws Exception {
        assumeThat(FUSE).as("skipped: no /dev/fuse").exists();
        String numbers = Files.getAttribute(FUSE, "unix:rdev") instanceof Long device
                ? (device >>> 8 & 0xfff) + " " + (device & 0xff)
                : "";
        String script = "mknod /f c " + numbers + " && (exec 3<>/f) && echo open";
        assertThat(run("", script).output()).isEmpty();
        made.add(name);
        Run run = engine.docker(command(
                HostUsers.FOR_MAKING_DEVICES.and(List.of("run", "--name", name, "--network", "none")),
                "",
                "--device-cgroup-rule",
                "c " + numbers.replace(' ', ':') + " rwm",
                "lighter/host",
                "sh",
                "-c",
                script));
        assertThat(run.output()).as(run.errors()).isEqualTo("open\n");
    }

    @Test
    void devicesThatADriverWouldHaveToFindAreRefusedInDockersWords() throws Exception {
        assertThat(refusal("--gpus all"))
                .contains("HostConfig.DeviceRequests: could not select device driver \"\" with capabilities: [[gpu]]");
    }

    @Test
    void aProfileOfOnesOwnTakesThePlaceOfTheFilter() throws Exception {
        Path profile = Files.createTempFile("lighter-profile", ".json");
        try {
            Files.writeString(profile, """
                    {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
                     {"names":["chmod","fchmod","fchmodat","fchmodat2"],"action":"SCMP_ACT_ERRNO","errnoRet":28},
                     {"names":["sethostname"],"action":"SCMP_ACT_ERRNO","excludes":{"caps":["CAP_SYS_ADMIN"]}}]}
                    """);
            String option = "--security-opt seccomp=" + profile;
            assertThat(run(option, "chmod 700 /etc/passwd").errors()).contains("No space left on device");
            assertThat(inside(option, statusLine("Seccomp"))).isEqualTo("2");
            assertThat(run(
                                    HostUsers.FOR_CAPABILITIES.and(option + " --cap-add SYS_ADMIN"),
                                    "hostname other && hostname")
                            .output())
                    .isEqualTo("other\n");
            assertThat(run(PRIVILEGED + " " + option, "chmod 700 /etc/passwd").exitCode())
                    .isNotZero();
            String container = started("", option, "sleep 100");
            assertThat(engine.docker("exec", container, "chmod", "700", "/etc/passwd")
                            .exitCode())
                    .isNotZero();
        } finally {
            Files.delete(profile);
        }
    }

    @Test
    void aProfileThatIsWrongIsRefusedWithThePlace() throws Exception {
        Path profile = Files.createTempFile("lighter-profile", ".json");
        try {
            Files.writeString(
                    profile,
                    "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"x\"],\"action\":\"?\"}]}");
            assertThat(refusal("--security-opt seccomp=" + profile))
                    .contains("invalid seccomp profile: syscalls[0].action: string ? is not a valid action");
            Files.writeString(
                    profile,
                    "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"waitid\"],\"action\":\"SCMP_ACT_ERRNO\"}]}");
            assertThat(refusal("--init --security-opt seccomp=" + profile))
                    .contains("the seccomp profile does not allow waitid");
        } finally {
            Files.delete(profile);
        }
    }

    @Test
    void withoutAFilterThereIsNone() throws Exception {
        assertThat(inside("--security-opt seccomp=unconfined", statusLine("Seccomp")))
                .isEqualTo("0");
        assertThat(inside("--security-opt seccomp=builtin", statusLine("Seccomp")))
                .isEqualTo("2");
    }

    @ParameterizedTest
    @CsvSource({
        "no-new-privileges,1",
        "no-new-privileges:true,1",
        "no-new-privileges=false,0",
        "apparmor=unconfined,0",
        "label=disable,0"
    })
    void securityOptionsThatAreTheTruthAreTaken(String option, String noNewPrivileges) throws Exception {
        assertThat(inside("--security-opt " + option, statusLine("NoNewPrivs"))).isEqualTo(noNewPrivileges);
    }

    @ParameterizedTest
    @CsvSource({
        "apparmor=docker-default,AppArmor is not supported by this engine",
        "label=user:USER,this engine gives no SELinux labels",
        "no-new-privileges=x,invalid --security-opt",
        "magic=more,invalid --security-opt"
    })
    void otherSecurityOptionsAreRefused(String option, String words) throws Exception {
        assertThat(refusal("--security-opt " + option)).contains(words);
    }

    @Test
    void systemPathsCanBeLeftOpen() throws Exception {
        assertThat(inside(
                        HostUsers.FOR_PARAMETERS_OF_THE_KERNEL.and("--security-opt systempaths=unconfined"),
                        "grep -c ' /proc/' /proc/mounts; echo inner > /proc/sys/kernel/hostname; hostname"))
                .isEqualTo("0\ninner");
        assertThat(run("", "echo inner > /proc/sys/kernel/hostname").errors()).contains("Read-only file system");
    }

    private String created(String hostConfig, String... command) throws Exception {
        made.add(name);
        String arguments = "\"" + String.join("\",\"", command) + "\"";
        Answer answer = engine.post(
                "/containers/create?name=" + name,
                "{\"Image\":\"lighter/host\",\"Cmd\":[" + arguments + "],\"HostConfig\":{\"NetworkMode\":\"none\","
                        + hostConfig + "}}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return engine.dockerOutput("start", "-a", name);
    }

    @Test
    void pathsOfOnesChoiceAreMaskedAndReadOnly() throws Exception {
        assertThat(created(
                        HostUsers.FOR_PARAMETERS_OF_THE_KERNEL.andFields(
                                "\"MaskedPaths\":[\"/etc/passwd\",\"/sys/class\",\"/nowhere\",\"/proc/keys\"],"
                                        + "\"ReadonlyPaths\":[\"/etc\",\"/nowhere\"]"),
                        "sh",
                        "-c",
                        "wc -c < /etc/passwd; echo /sys/class/*; wc -c < /proc/keys; (echo x > /etc/f) 2>/dev/null || echo ro;"
                                + " echo 4096 > /proc/sys/kernel/shmmni && echo open"))
                .isEqualTo("0\n/sys/class/*\n0\nro\nopen");
    }

    @Test
    void anEmptyListMasksNothing() throws Exception {
        assertThat(created(
                        "\"MaskedPaths\":[],\"ReadonlyPaths\":[]",
                        "sh",
                        "-c",
                        "grep -c ' /proc/' /proc/mounts || true"))
                .isEqualTo("0");
        assertThat(engine.dockerOutput("inspect", "-f", "{{json .HostConfig.MaskedPaths}}", name))
                .isEqualTo("[]");
    }

    @Test
    void capabilitiesHaveTheirForms() throws Exception {
        String effective = statusLine("CapEff");
        assertThat(inside("--cap-drop all --cap-add CAP_CHOWN", effective)).isEqualTo("0000000000000001");
        assertThat(inside("--cap-drop ALL --cap-add chown", effective)).isEqualTo("0000000000000001");
        assertThat(inside("--cap-add ALL --cap-drop chown", effective)).endsWith("fffe");
        assertThat(refusal("--cap-add fly")).contains("invalid CapAdd: unknown capability: \"CAP_FLY\"");
        assertThat(refusal("--cap-drop fly")).contains("invalid CapDrop: unknown capability: \"CAP_FLY\"");
        assertThat(inspected(
                        HostUsers.FOR_CAPABILITIES.and("--cap-add net_admin --cap-drop CAP_KILL"),
                        "{{.HostConfig.CapAdd}} {{.HostConfig.CapDrop}}"))
                .isEqualTo("[CAP_NET_ADMIN] [CAP_KILL]");
    }

    @Test
    void theHostsNamespacesCanBeShared() throws Exception {
        String script = "for n in pid ipc uts cgroup; do readlink /proc/self/ns/$n; done; hostname; cat /etc/hostname";
        StringBuilder expected = new StringBuilder();
        for (String kind : List.of("pid", "ipc", "uts", "cgroup")) {
            expected.append(Files.readSymbolicLink(Path.of("/proc/self/ns/" + kind)))
                    .append('\n');
        }
        String host = Files.readString(Path.of("/proc/sys/kernel/hostname"));
        assertThat(inside(
                        HostUsers.FOR_THE_HOSTS_NAMESPACES.and("--pid host --ipc host --uts host --cgroupns host"),
                        script))
                .isEqualTo(expected + host + host.strip());
        assertThat(inside("", script).lines().limit(4))
                .doesNotContainAnyElementsOf(expected.toString().lines().toList());
    }

    @Test
    void theHostsSharedMemoryIsSeenWithTheHostsQueues() throws Exception {
        Path file = Files.createTempFile(Path.of("/dev/shm"), "lighter", "it");
        try {
            assertThat(inside("--ipc host", "ls /dev/shm"))
                    .contains(file.getFileName().toString());
            assertThat(inside("", "ls /dev/shm")).isEmpty();
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void whatAContainerAmongTheHostsProcessesLeavesBehindEndsWithIt() throws Exception {
        String container =
                started("", HostUsers.FOR_THE_HOSTS_NAMESPACES.and("--pid host"), "sleep 98765 & exec sleep 100");
        assertThat(exec(container, "cat /proc/[0-9]*/cmdline | tr '\\0' ' '")).contains("sleep 98765");
        engine.dockerOutput("kill", container);
        engine.dockerOutput("wait", container);
        assertThat(ProcessHandle.allProcesses()
                        .map(process -> process.info().commandLine().orElse(""))
                        .filter(line -> line.endsWith("sleep 98765")))
                .isEmpty();
    }

    @Test
    void theProcessesOfAnotherContainerAreSharedAndEndTogether() throws Exception {
        String first = started("a", "", "sleep 1234");
        String second = started("b", "--pid container:" + first, "sleep 4321");
        assertThat(exec(second, "cat /proc/1/cmdline | tr '\\0' ' '")).contains("sleep 1234");
        assertThat(exec(first, "cat /proc/[0-9]*/cmdline | tr '\\0' ' '")).contains("sleep 4321");
        assertThat(engine.dockerOutput("inspect", "-f", "{{.HostConfig.PidMode}}", second))
                .isEqualTo("container:" + engine.dockerOutput("inspect", "-f", "{{.Id}}", first));
        engine.dockerOutput("kill", first);
        assertThat(engine.dockerOutput("wait", second)).isEqualTo("137");
        assertThat(engine.dockerOutput("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", second))
                .isEqualTo("exited 137");
        Run again = engine.docker("start", second);
        assertThat(again.errors()).contains("cannot join PID of a non running container");
    }

    @Test
    void aShareableContainersQueuesAndMemoryCanBeJoined() throws Exception {
        String first = started("a", "--ipc shareable", "echo here > /dev/shm/f; sleep 1000");
        String second = started("b", "--ipc container:" + first, "sleep 1000");
        assertThat(exec(second, "until test -s /dev/shm/f; do :; done; cat /dev/shm/f; echo there > /dev/shm/g"))
                .isEqualTo("here");
        assertThat(exec(first, "cat /dev/shm/g")).isEqualTo("there");
        assertThat(exec(first, "readlink /proc/self/ns/ipc")).isEqualTo(exec(second, "readlink /proc/self/ns/ipc"));
    }

    @Test
    void aPrivateContainersCannotBeJoined() throws Exception {
        String first = started("a", "", "sleep 1000");
        assertThat(refusal("--ipc container:" + first))
                .contains("non-shareable IPC (hint: use IpcMode:shareable for the donor container)");
        String joined = started("b", "--ipc none", "sleep 1000");
        assertThat(refusal("--ipc container:" + joined)).contains("non-shareable IPC");
    }

    @Test
    void withoutSharedMemoryThereIsNone() throws Exception {
        assertThat(inside("--ipc none", "test -e /dev/shm || echo none")).isEqualTo("none");
    }

    @ParameterizedTest
    @CsvSource({
        "--pid container:nobody-here,No such container: nobody-here",
        "--ipc container:nobody-here,No such container: nobody-here",
        "--uts host -h other,conflicting options: hostname and the UTS mode",
        "--uts host --domainname other,conflicting options: domainname and the UTS mode",
        "--runtime runc,unknown or invalid runtime name: runc",
        "--isolation hyperv,HostConfig.Isolation: invalid isolation",
        "--shm-size -1,size",
    })
    void whatCannotBeIsRefusedInWords(String options, String words) throws Exception {
        assertThat(refusal(options)).contains(words);
    }

    @Test
    void anInitPassesTheExitCodeOn() throws Exception {
        assertThat(run("--init", "exit 7").exitCode()).isEqualTo(7);
        assertThat(run("--init", "kill -9 $$").exitCode()).isEqualTo(137);
        assertThat(run("--init", "kill -TERM $$").exitCode()).isEqualTo(143);
        assertThat(engine.docker("run", "--rm", "--init", "lighter/host", "no-such-program")
                        .exitCode())
                .isEqualTo(127);
    }

    @Test
    void anInitIsProcessOneAndTheProgramIsNot() throws Exception {
        assertThat(inside("--init", "cat /proc/1/comm; ps -o pid,comm | grep -c init; test $$ -ne 1 && echo child"))
                .isEqualTo("init\n1\nchild");
        assertThat(inside("", "echo $$")).isEqualTo("1");
    }

    @Test
    void anInitCollectsWhatOthersLeaveBehind() throws Exception {
        String container = started("", "--init", "exec sleep 1000");
        exec(container, "for i in 1 2 3 4 5; do (sh -c 'exit 0' &) ; done");
        assertThat(
                        exec(
                                container,
                                "for i in $(seq 200); do grep -q '^State:.Z' /proc/[0-9]*/status 2>/dev/null || { echo none; break; }; done"))
                .isEqualTo("none");
        assertThat(exec(container, "cat /proc/[0-9]*/comm | sort | uniq | tr '\\n' ' '"))
                .contains("init", "sleep");
    }

    @Test
    void anInitPassesSignalsOn() throws Exception {
        String container = started(
                "",
                "--init",
                "trap 'echo got; exit 5' TERM; trap 'echo one' USR1; echo ready; while :; do sleep 0.02; done");
        awaitLog(container, "ready");
        engine.dockerOutput("kill", "-s", "USR1", container);
        awaitLog(container, "one");
        engine.dockerOutput("stop", "-t", "60", container);
        assertThat(engine.dockerOutput("inspect", "-f", "{{.State.ExitCode}}", container))
                .isEqualTo("5");
        assertThat(engine.dockerOutput("logs", container)).isEqualTo("ready\none\ngot");
    }

    private void awaitLog(String container, String line) throws Exception {
        for (int i = 0; i < 500; i++) {
            if (engine.dockerOutput("logs", container).lines().anyMatch(line::equals)) {
                return;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("never printed: " + line);
    }

    @Test
    void anInitIsTheUsersAndUnderTheFilter() throws Exception {
        assertThat(inside("--init -u 1000", "grep -E '^(Uid|CapEff|Seccomp):' /proc/1/status | tr '\\t' ' '"))
                .isEqualTo("Uid: 1000 1000 1000 1000\nCapEff: 0000000000000000\nSeccomp: 2");
        assertThat(run("--init -u 1000 --security-opt no-new-privileges --cap-drop ALL --read-only", "exit 3")
                        .exitCode())
                .isEqualTo(3);
    }

    @Test
    void anInitWithATerminalGivesTheProgramTheForeground() throws Exception {
        String script = "ps -o tpgid= -p $$ | tr -d ' '; echo $$";
        Run run = engine.docker("run", "--rm", "-t", "--init", "lighter/host", "sh", "-c", script);
        List<String> lines = run.output().lines().map(String::strip).toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).isEqualTo(lines.get(1));
    }

    @Test
    void parametersOfTheKernelAreTheContainersOwn() throws Exception {
        String options = "--sysctl net.ipv4.ip_forward=1 --sysctl kernel.msgmax=1234 --sysctl fs.mqueue.msg_max=11";
        assertThat(inside(options, "cd /proc/sys; cat net/ipv4/ip_forward kernel/msgmax fs/mqueue/msg_max"))
                .isEqualTo("1\n1234\n11");
        assertThat(Files.readString(Path.of("/proc/sys/kernel/msgmax"))).isNotEqualTo("1234\n");
    }

    @Test
    void parametersThatAreTheHostsAreRefused() throws Exception {
        Answer answer = engine.post(
                "/containers/create",
                "{\"Image\":\"lighter/host\",\"HostConfig\":{\"Sysctls\":{\"kernel.panic\":\"1\"}}}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains("sysctl \"kernel.panic\" is not in a separate kernel namespace");
        assertThat(refusal("--ipc host --sysctl kernel.msgmax=1"))
                .contains("is not allowed in the hosts ipc namespace");
        assertThat(refusal("--sysctl net.ipv4.nothing=1"))
                .contains("/proc/sys/net/ipv4/nothing")
                .contains("no such file or directory");
    }

    @Test
    void sharedMemoryHasTheSizeAskedFor() throws Exception {
        assertThat(inside("--shm-size 10m", "grep ' /dev/shm ' /proc/mounts")).contains("size=10240k");
        assertThat(inside("", "grep ' /dev/shm ' /proc/mounts")).contains("size=65536k");
    }

    @Test
    void groupsAreAddedByNameAndNumber() throws Exception {
        assertThat(inside("--group-add 4711 --group-add daemon", "id -G").split(" "))
                .contains("4711", "1");
        assertThat(refusal("--group-add no-such-group")).contains("Unable to find group no-such-group");
    }

    @Test
    void theDomainNameIsSet() throws Exception {
        assertThat(inside(
                        "-h box --domainname example.org",
                        "cat /proc/sys/kernel/domainname; hostname; grep box /etc/hosts"))
                .startsWith("example.org\nbox\n")
                .contains("box.example.org box");
    }

    @Test
    void theTerminalBeginsWithTheSizeAskedFor() throws Exception {
        made.add(name);
        Answer answer = engine.post(
                "/containers/create?name=" + name,
                "{\"Image\":\"lighter/host\",\"Tty\":true,\"Cmd\":[\"stty\",\"size\"],\"HostConfig\":{\"ConsoleSize\":[33,99]}}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(engine.dockerOutput("start", "-a", name)).isEqualTo("33 99");
    }

    @Test
    void controlGroupsCanBeMadeWritable() throws Exception {
        String script =
                "d=$(ls -d /sys/fs/cgroup/pids 2>/dev/null || echo /sys/fs/cgroup); mkdir $d/x && rmdir $d/x && echo able";
        assertThat(inside("--security-opt writable-cgroups=true", script)).isEqualTo("able");
        assertThat(run("", script).errors()).contains("Read-only file system");
    }

    @Test
    void inspectionShowsAllOfIt() throws Exception {
        assertThat(inspected(
                        PRIVILEGED + " --pid host --ipc shareable --uts host --cgroupns host --init --shm-size 1m"
                                + " --sysctl net.ipv4.ip_forward=1 --annotation a=b --device /dev/null:/dev/n:rw",
                        "{{with .HostConfig}}{{.Privileged}} {{.PidMode}} {{.IpcMode}} {{.UTSMode}} {{.CgroupnsMode}} {{.Init}}"
                                + " {{.ShmSize}} {{json .Sysctls}} {{json .Annotations}} {{json .Devices}} {{.Runtime}}"
                                + " {{json .MaskedPaths}}{{end}}"))
                .isEqualTo("true host shareable host host true 1048576 {\"net.ipv4.ip_forward\":\"1\"} {\"a\":\"b\"}"
                        + " [{\"PathOnHost\":\"/dev/null\",\"PathInContainer\":\"/dev/n\",\"CgroupPermissions\":\"rw\"}]"
                        + " lighter null");
    }

    @Test
    void inspectionShowsTheDefaults() throws Exception {
        assertThat(
                        inspected(
                                "",
                                "{{with .HostConfig}}{{.Privileged}} {{.IpcMode}} {{.CgroupnsMode}} {{.ShmSize}} {{.Runtime}}"
                                        + " {{json .Devices}} {{len .MaskedPaths}} {{len .ReadonlyPaths}} {{json .Init}}{{end}}"))
                .isEqualTo("false private private 67108864 lighter [] 12 5 null");
        assertThat(engine.dockerOutput("info", "-f", "{{.DefaultRuntime}} {{.InitBinary}}"))
                .isEqualTo("lighter lighter");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"Privileged\":\"yes\"",
                "\"Devices\":{}",
                "\"Devices\":[null]",
                "\"Devices\":[1]",
                "\"Devices\":[{}]",
                "\"Devices\":[{\"PathOnHost\":\"relative\"}]",
                "\"Devices\":[{\"PathOnHost\":\"/dev/null\",\"PathInContainer\":\"/dev/../x\"}]",
                "\"Devices\":[{\"PathOnHost\":\"/dev/null\",\"CgroupPermissions\":\"rwx\"}]",
                "\"Devices\":[{\"PathOnHost\":\"/dev/null\",\"CgroupPermissions\":\"rr\"}]",
                "\"DeviceCgroupRules\":[\"c 1:3\"]",
                "\"DeviceCgroupRules\":[\"x 1:3 r\"]",
                "\"DeviceCgroupRules\":\"c 1:3 r\"",
                "\"DeviceRequests\":[{\"Driver\":\"nvidia\",\"Count\":-1}]",
                "\"DeviceRequests\":[{\"Capabilities\":[null,[null]]}]",
                "\"MaskedPaths\":[\"relative\"]",
                "\"MaskedPaths\":\"/proc\"",
                "\"MaskedPaths\":[\"/\"]",
                "\"ReadonlyPaths\":[\"/a/../b\"]",
                "\"PidMode\":\"private\"",
                "\"PidMode\":\"container:\"",
                "\"PidMode\":[]",
                "\"IpcMode\":\"open\"",
                "\"UTSMode\":\"container:x\"",
                "\"CgroupnsMode\":\"shared\"",
                "\"Init\":\"maybe\"",
                "\"Init\":{}",
                "\"Sysctls\":[\"a=b\"]",
                "\"Sysctls\":{\"net.ipv4.ip_forward\":null}",
                "\"Sysctls\":{\"net/../kernel/panic\":\"1\"}",
                "\"ShmSize\":-1",
                "\"ShmSize\":\"big\"",
                "\"Runtime\":\"io.containerd.runc.v2\"",
                "\"Isolation\":\"process\"",
                "\"Annotations\":{\"\":\"x\"}",
                "\"Annotations\":[]",
                "\"ConsoleSize\":[1]",
                "\"ConsoleSize\":[-1,80]",
                "\"ConsoleSize\":[24,70000]",
                "\"ConsoleSize\":[null,80]",
                "\"SecurityOpt\":[\"seccomp=x.json\"]",
                "\"SecurityOpt\":{}",
                "\"CapAdd\":[\"\"]",
                "\"Cgroup\":\"container:x\"",
            })
    void wrongTypesRangesAndFormsAreRefusedAndLeaveNothing(String field) throws Exception {
        Answer answer = engine.post(
                "/containers/create?name=" + name, "{\"Image\":\"lighter/host\",\"HostConfig\":{" + field + "}}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.message()).isNotBlank().doesNotContain("dev.lighter").doesNotContain("Exception");
        assertThat(engine.get("/containers/" + name + "/json").status()).isEqualTo(404);
    }
}
