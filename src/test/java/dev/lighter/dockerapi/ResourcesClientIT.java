package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.ControlGroup;
import dev.lighter.engine.Engine;
import dev.lighter.engine.Engine.Run;
import dev.lighter.engine.EngineExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits by the docker command line, against what the kernel says of them. */
@ExtendWith(EngineExtension.class)
@Timeout(120)
class ResourcesClientIT {
    private final Engine engine;
    private final String name = "limits-" + UUID.randomUUID().toString().substring(0, 8);

    ResourcesClientIT(Engine engine) {
        this.engine = engine;
    }

    @AfterEach
    void remove() throws Exception {
        engine.delete("/containers/" + name + "?force=1");
    }

    private void run(String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of("run", "-d", "--name", name));
        all.addAll(List.of(options));
        all.addAll(List.of("lighter/host", "sleep", "1000"));
        engine.dockerOutput(all.toArray(String[]::new));
    }

    private String inspect(String format) throws Exception {
        return engine.dockerOutput("inspect", "-f", format, name);
    }

    private ControlGroup group() throws Exception {
        return new ControlGroup(Long.parseLong(inspect("{{.State.Pid}}")));
    }

    /** The first disk of this machine that is a whole one. */
    private static String disk() throws Exception {
        try (Stream<Path> disks = Files.list(Path.of("/sys/block"))) {
            return disks.map(path -> Path.of("/dev", path.getFileName().toString()))
                    .filter(Files::exists)
                    .sorted()
                    .reduce((first, second) -> second)
                    .map(Path::toString)
                    .orElse("");
        }
    }

    private static String numbers(String disk) throws Exception {
        return Files.readString(Path.of("/sys/block", disk.substring("/dev/".length()), "dev"))
                .strip();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-m 64m | memory.limit_in_bytes | 67108864",
                "-m 64m | memory.memsw.limit_in_bytes | 134217728",
                "-m 64m --memory-swap 96m | memory.memsw.limit_in_bytes | 100663296",
                "-m 64m --memory-swap -1 | memory.memsw.limit_in_bytes | 9223372036854771712",
                "--memory-reservation 32m | memory.soft_limit_in_bytes | 33554432",
                "--memory-swappiness 0 | memory.swappiness | 0",
                "--memory-swappiness 35 | memory.swappiness | 35",
                "--cpus 0.25 | cpu.cfs_quota_us | 25000",
                "--cpu-quota 20000 --cpu-period 50000 | cpu.cfs_quota_us | 20000",
                "--cpu-quota 20000 --cpu-period 50000 | cpu.cfs_period_us | 50000",
                "--cpu-shares 300 | cpu.shares | 300",
                "--cpuset-cpus 0 | cpuset.cpus | 0",
                "--cpuset-mems 0 | cpuset.mems | 0",
                "--pids-limit 77 | pids.max | 77",
                "--pids-limit -1 | pids.max | max"
            })
    void anOptionIsALimitInTheKernel(String options, String file, String wanted) throws Exception {
        ControlGroup.assumeVersion1();
        run(options.split(" "));
        assertThat(group().read(file)).isEqualTo(wanted);
    }

    @Test
    void theOomKillerIsDisabledWithAWarningWhenNothingLimitsMemory() throws Exception {
        ControlGroup.assumeVersion1();
        Run created = engine.docker("create", "--name", name, "--oom-kill-disable", "lighter/host", "sleep", "1000");
        assertThat(created.exitCode()).as(created.errors()).isZero();
        assertThat(created.errors()).contains("OOM killer is disabled for the container, but no memory limit is set");
        engine.dockerOutput("start", name);
        assertThat(group().read("memory.oom_control")).contains("oom_kill_disable 1");
        assertThat(inspect("{{.HostConfig.OomKillDisable}}")).isEqualTo("true");
    }

    @Test
    void blockDevicesAreThrottledByTheirNumbers() throws Exception {
        ControlGroup.assumeVersion1();
        ControlGroup.assumeThere(!disk().isEmpty(), "this machine has no disk whose use could be limited");
        String disk = disk();
        run(
                "--device-read-bps", disk + ":1mb",
                "--device-write-bps", disk + ":2mb",
                "--device-read-iops", disk + ":30",
                "--device-write-iops", disk + ":40");
        Path group = group().of("blkio");
        assertThat(group.resolve("blkio.throttle.read_bps_device")).hasContent(numbers(disk) + " 1048576\n");
        assertThat(group.resolve("blkio.throttle.write_bps_device")).hasContent(numbers(disk) + " 2097152\n");
        assertThat(group.resolve("blkio.throttle.read_iops_device")).hasContent(numbers(disk) + " 30\n");
        assertThat(group.resolve("blkio.throttle.write_iops_device")).hasContent(numbers(disk) + " 40\n");
        assertThat(inspect("{{json .HostConfig.BlkioDeviceReadBps}}"))
                .isEqualTo("[{\"Path\":\"" + disk + "\",\"Rate\":1048576}]");
    }

    @Test
    void theOomScoreIsThatOfTheProgramAndOfWhatIsExecuted() throws Exception {
        run("--oom-score-adj", "321");
        assertThat(engine.dockerOutput("exec", name, "cat", "/proc/1/oom_score_adj", "/proc/self/oom_score_adj"))
                .isEqualTo("321\n321");
        assertThat(inspect("{{.HostConfig.OomScoreAdj}}")).isEqualTo("321");
    }

    @Test
    void ulimitsAreThoseOfTheProgramAndShownAgain() throws Exception {
        run("--ulimit", "nofile=111:222", "--ulimit", "core=0");
        assertThat(engine.dockerOutput("exec", name, "sh", "-c", "ulimit -Sn; ulimit -Hn; ulimit -c"))
                .isEqualTo("111\n222\n0");
        assertThat(inspect("{{len .HostConfig.Ulimits}}")).isEqualTo("2");
    }

    @Test
    void aChosenParentHoldsTheGroupsAndGoesWithTheLastOfThem() throws Exception {
        ControlGroup.assumeVersion1();
        String parent = "lt-" + UUID.randomUUID().toString().substring(0, 8);
        run("--cgroup-parent", "/" + parent + "/inner", "-m", "64m");

        ControlGroup group = group();
        assertThat(group.of("memory").toString()).contains("/memory/" + parent + "/inner/");
        assertThat(group.read("memory.limit_in_bytes")).isEqualTo("67108864");
        assertThat(engine.docker("exec", name, "sh", "-c", "mknod /k c 1 11 && head -c1 /k")
                        .errors())
                .as("devices are guarded there, too")
                .contains("not permitted");
        engine.dockerOutput("pause", name);
        engine.dockerOutput("unpause", name);
        assertThat(engine.dockerOutput("top", name, "-o", "pid,comm")).contains("sleep");
        engine.dockerOutput("rm", "-f", name);
        assertThat(Path.of("/sys/fs/cgroup/memory", parent)).doesNotExist();
        assertThat(Path.of("/sys/fs/cgroup/cpu", parent)).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-m 1m | Minimum memory limit allowed is 6MB",
                "-m 64m --memory-swap 32m | Minimum memoryswap limit should be larger than memory limit, see usage",
                "--memory-swap 32m | You should always set the Memory limit when using Memoryswap limit, see usage",
                "-m 64m --memory-reservation 65m | Minimum memory limit can not be less than memory reservation limit",
                "--cpus 1000 | range of CPUs is from 0.01 to",
                "--cpus 1 --cpu-quota 5000 | Nano CPUs and CPU Quota cannot both be set",
                "--cpu-period 10 | CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s",
                "--cpu-rt-runtime 20 --cpu-rt-period 10 | cpu real-time runtime cannot be higher",
                "--cpuset-cpus 7000 | Requested CPUs are not available - requested 7000, available: 0",
                "--cpuset-cpus a | Invalid value a for cpuset cpus",
                "--cpuset-mems 1000 | Requested memory nodes are not available - requested 1000",
                "--oom-score-adj 2000 | Invalid value 2000, range for oom score adj is [-1000, 1000]",
                "--pids-limit -7 | HostConfig.PidsLimit: -7",
                "--blkio-weight 5 | Range of blkio weight is from 10 to 1000",
                "--cgroup-parent /a/../b | HostConfig.CgroupParent: \"/a/../b\"",
                "--device-read-bps /dev/not-there:1mb | HostConfig.BlkioDeviceReadBps: there is no device /dev/not-there",
                "--device-write-iops /dev/null:5 | HostConfig.BlkioDeviceWriteIOps: /dev/null is no block device",
                "--ulimit nofile=1000:2000000000 | HostConfig.Ulimits: the resource limit nofile cannot be set"
            })
    void whatCannotBeIsRefusedInWordsAndLeavesNothingRunning(String options, String words) throws Exception {
        List<String> all = new ArrayList<>(List.of("run", "--name", name));
        all.addAll(List.of(options.split(" ")));
        all.addAll(List.of("lighter/host", "true"));
        Run run = engine.docker(all.toArray(String[]::new));

        assertThat(run.exitCode()).isNotZero();
        assertThat(run.errors()).contains(words);
        assertThat(engine.dockerOutput("ps", "-q", "--filter", "name=" + name)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'KernelMemoryTCP':5} | HostConfig.KernelMemoryTCP is not available",
                "{'CpuCount':1} | HostConfig.CpuCount is not available",
                "{'CpuPercent':1} | HostConfig.CpuPercent is not available",
                "{'IOMaximumIOps':1} | HostConfig.IOMaximumIOps is not available",
                "{'IOMaximumBandwidth':1} | HostConfig.IOMaximumBandwidth is not available",
                "{'Memory':'64m'} | HostConfig.Memory does not have the expected type",
                "{'Memory':1.5} | HostConfig.Memory does not have the expected type",
                "{'Memory':9223372036854775807} | HostConfig.Memory: 9223372036854775807",
                "{'MemorySwappiness':101} | valid memory swappiness range is 0-100",
                "{'Ulimits':[null]} | HostConfig.Ulimits",
                "{'Ulimits':[{'Soft':1}]} | invalid ulimit type",
                "{'BlkioDeviceReadBps':[{'Rate':1}]} | HostConfig.BlkioDeviceReadBps",
                "{'BlkioDeviceReadBps':[{'Path':'/dev/x','Rate':-1}]} | must not be negative",
                "{'BlkioWeight':'5'} | HostConfig.BlkioWeight does not have the expected type"
            })
    void bodiesThatNoCommandLineSendsAreRefusedToo(String host, String words) throws Exception {
        Answer answer = engine.post(
                "/containers/create",
                "{\"Image\":\"lighter/host\",\"Cmd\":[\"true\"],\"HostConfig\":" + host.replace('\'', '"') + "}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-m 128m --memory-swap 256m | memory.limit_in_bytes | 134217728 | .Memory",
                "--memory-swap -1 -m 80m | memory.memsw.limit_in_bytes | 9223372036854771712 | .MemorySwap",
                "--memory-reservation 40m | memory.soft_limit_in_bytes | 41943040 | .MemoryReservation",
                "--cpus 0.75 | cpu.cfs_quota_us | 75000 | .NanoCpus",
                "--cpu-quota 30000 | cpu.cfs_quota_us | 30000 | .CpuQuota",
                "--cpu-shares 77 | cpu.shares | 77 | .CpuShares",
                "--cpuset-cpus 0 | cpuset.cpus | 0 | .CpusetCpus",
                "--pids-limit 55 | pids.max | 55 | .PidsLimit",
                "--pids-limit -1 | pids.max | max | .PidsLimit"
            })
    void anUpdateReachesTheRunningContainerAndTheNextStart(String options, String file, String wanted, String field)
            throws Exception {
        ControlGroup.assumeVersion1();
        run("-m", "64m", "--pids-limit", "30");
        String before = inspect("{{.HostConfig" + field + "}}");
        List<String> all = new ArrayList<>(List.of("update"));
        all.addAll(List.of(options.split(" ")));
        all.add(name);
        assertThat(engine.dockerOutput(all.toArray(String[]::new))).isEqualTo(name);

        assertThat(group().read(file)).isEqualTo(wanted);
        assertThat(inspect("{{.HostConfig" + field + "}}")).isNotEqualTo(before);
        engine.dockerOutput("restart", "-t", "0", name);
        assertThat(group().read(file)).isEqualTo(wanted);
    }

    @Test
    void anUpdateOfAStoppedContainerIsThereWhenItStarts() throws Exception {
        ControlGroup.assumeVersion1();
        engine.dockerOutput("create", "--name", name, "lighter/host", "sleep", "1000");
        engine.dockerOutput("update", "-m", "96m", "--restart", "on-failure:4", name);
        engine.dockerOutput("start", name);
        assertThat(group().read("memory.limit_in_bytes")).isEqualTo("100663296");
        assertThat(inspect("{{.HostConfig.RestartPolicy.Name}} {{.HostConfig.RestartPolicy.MaximumRetryCount}}"))
                .isEqualTo("on-failure 4");
    }

    @Test
    void anUpdateIsToldAsAnEventAndAnswersWithoutWarnings() throws Exception {
        run();
        String since = Long.toString(System.currentTimeMillis() / 1000 - 1);
        Answer answer = engine.post("/containers/" + name + "/update", "{\"CpuShares\":300}");
        assertThat(answer.text()).isEqualTo("{\"Warnings\":[]}");
        Run events = engine.docker(
                "events",
                "--since",
                since,
                "--until",
                Long.toString(System.currentTimeMillis() / 1000 + 1),
                "--filter",
                "container=" + name,
                "--format",
                "{{.Action}}");
        assertThat(events.output().lines()).contains("update");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-m 300m | Memory limit should be smaller than already set memoryswap limit",
                "-m 1m | Minimum memory limit allowed is 6MB",
                "--memory-swap 10m | Minimum memoryswap limit should be larger than memory limit",
                "--cpu-quota 20000 | CPU Quota cannot be updated as NanoCPUs has already been set",
                "--cpu-period 20000 | CPU Period cannot be updated as NanoCPUs has already been set",
                "--cpuset-cpus 7000 | Requested CPUs are not available",
                "--restart sometimes | invalid restart policy"
            })
    void anUpdateThatCannotBeChangesNothing(String options, String words) throws Exception {
        run("-m", "64m", "--cpus", "0.5");
        String before = inspect("{{json .HostConfig}}");
        List<String> all = new ArrayList<>(List.of("update"));
        all.addAll(List.of(options.split(" ")));
        all.add(name);
        Run run = engine.docker(all.toArray(String[]::new));

        assertThat(run.exitCode()).isNotZero();
        assertThat(run.errors()).contains(words);
        assertThat(inspect("{{json .HostConfig}}")).isEqualTo(before);
    }

    @Test
    void memoryThatIsInUseCannotBeTakenAway() throws Exception {
        ControlGroup.assumeVersion1();
        engine.dockerOutput(
                "run",
                "-d",
                "--name",
                name,
                "-m",
                "128m",
                "lighter/host",
                "sh",
                "-c",
                "x=$(head -c 30m /dev/zero | tr '\\0' a); echo ready; sleep 1000");
        for (int i = 0; i < 500 && !engine.dockerOutput("logs", name).equals("ready"); i++) {
            Thread.sleep(20);
        }
        Run run = engine.docker("update", "-m", "8m", name);

        assertThat(run.errors()).contains("more memory than 8388608 bytes is in use");
        assertThat(inspect("{{.HostConfig.Memory}}")).isEqualTo("134217728");
        assertThat(group().read("memory.limit_in_bytes")).isEqualTo("134217728");
        assertThat(inspect("{{.State.Running}} {{.State.OOMKilled}}")).isEqualTo("true false");
    }

    @Test
    void whatOnlyANewContainerCanHaveIsRefusedInAnUpdate() throws Exception {
        run();
        for (String field : List.of(
                "\"Ulimits\":[{\"Name\":\"nofile\",\"Soft\":1,\"Hard\":2}]",
                "\"CgroupParent\":\"/x\"",
                "\"OomKillDisable\":true",
                "\"MemorySwappiness\":3",
                "\"BlkioDeviceReadBps\":[{\"Path\":\"/dev/x\",\"Rate\":1}]")) {
            Answer answer = engine.post("/containers/" + name + "/update", "{" + field + "}");
            assertThat(answer.status()).as(field).isEqualTo(400);
            assertThat(answer.message()).contains("cannot be changed after a container's creation");
        }
        assertThat(engine.post("/containers/" + name + "/update", "{\"Nonsense\":1}")
                        .message())
                .startsWith("Nonsense is not available");
        assertThat(engine.post("/containers/none-" + name + "/update", "{}").status())
                .isEqualTo(404);
    }

    @Test
    void ourOwnApiChangesLimitsTakesThemAwayAndSaysWhatIsWrong() throws Exception {
        run("-m", "64m", "--cpus", "0.5");
        String path = "/api/containers/" + name + "/limits";
        Answer changed = engine.request(
                "PATCH",
                path,
                "{\"memoryBytes\":200000000,\"cpus\":1,\"restartPolicy\":\"on-failure\",\"restartRetries\":3}");
        assertThat(changed.status()).as(changed.text()).isEqualTo(200);
        assertThat(changed.json().path("memorySwapBytes").asLong()).isEqualTo(400000000);
        assertThat(inspect("{{.HostConfig.NanoCpus}} {{.HostConfig.RestartPolicy.Name}}"))
                .isEqualTo("1000000000 on-failure");

        Answer none = engine.request("PATCH", path, "{\"memoryBytes\":0,\"cpus\":0}");
        assertThat(none.json().path("memoryBytes").isNull()).isTrue();
        assertThat(engine.get(path).json().path("cpus").isNull()).isTrue();
        if (ControlGroup.isVersion1()) {
            assertThat(group().read("cpu.cfs_quota_us")).isEqualTo("-1");
            assertThat(group().read("memory.limit_in_bytes")).isEqualTo("9223372036854771712");
        }
        assertThat(engine.request("PATCH", path, "{\"memoryBytes\":-1}").text())
                .contains("memoryBytes must not be negative");
        assertThat(engine.request("PATCH", path, "{\"memoryBytes\":5}").text())
                .contains("Minimum memory limit allowed is 6MB");
    }
}
