package dev.lighter.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.lighter.container.ContainerSpec.BlockIo;
import dev.lighter.container.ContainerSpec.DeviceRate;
import dev.lighter.container.ContainerSpec.MemoryPressure;
import dev.lighter.container.ContainerSpec.Realtime;
import dev.lighter.container.ContainerSpec.Resources;
import dev.lighter.container.ContainerSpec.Ulimit;
import dev.lighter.error.EngineException;
import dev.lighter.kernel.cgroup.Cgroups;
import dev.lighter.kernel.cgroup.UnsupportedLimitException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ResourceChecksTest {
    private static final long MB = 1 << 20;

    private final Cgroups cgroups = mock(Cgroups.class);
    private final ResourceChecks checks = new ResourceChecks(cgroups);

    @BeforeEach
    void machine() throws Exception {
        when(cgroups.accountsSwap()).thenReturn(true);
        when(cgroups.available("cpus")).thenReturn("0-3,6");
        when(cgroups.available("mems")).thenReturn("0");
    }

    private static Resources memory(long memory, long swap, long reservation) {
        return new Resources(memory, swap, reservation, 0, 0, 0, 0, "", "", null, List.of());
    }

    private static Resources cpu(long nanos, long quota, long period, long shares) {
        return new Resources(0, 0, 0, nanos, quota, period, shares, "", "", null, List.of());
    }

    private static Resources cpuset(String cpus, String mems) {
        return new Resources(0, 0, 0, 0, 0, 0, 0, cpus, mems, null, List.of());
    }

    private static Resources ulimit(String name, long soft, long hard) {
        return new Resources(0, 0, 0, 0, 0, 0, 0, "", "", null, List.of(new Ulimit(name, soft, hard)));
    }

    private static Resources more(MemoryPressure pressure, Realtime realtime, BlockIo block) {
        return new Resources(0, 0, 0, 0, 0, 0, 0, "", "", null, List.of(), pressure, realtime, block, "");
    }

    private static Resources pressure(Long swappiness, int adjustment) {
        return more(new MemoryPressure(swappiness, false, adjustment), Realtime.NONE, BlockIo.NONE);
    }

    private static Resources block(int weight, List<DeviceRate> weights, List<DeviceRate> rates) {
        return more(
                MemoryPressure.USUAL,
                Realtime.NONE,
                new BlockIo(weight, weights, rates, List.of(), List.of(), List.of()));
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(memory(6 * MB - 1, 0, 0), "Minimum memory limit allowed is 6MB"),
                Arguments.of(memory(-1, 0, 0), "Minimum memory limit allowed is 6MB"),
                Arguments.of(memory(Long.MAX_VALUE, 0, 0), "HostConfig.Memory: "),
                Arguments.of(memory(0, 9 * MB, 0), "You should always set the Memory limit"),
                Arguments.of(memory(9 * MB, 8 * MB, 0), "Minimum memoryswap limit should be larger"),
                Arguments.of(memory(9 * MB, -2, 0), "HostConfig.MemorySwap: -2"),
                Arguments.of(memory(9 * MB, 0, 10 * MB), "Minimum memory limit can not be less than memory reservation"),
                Arguments.of(memory(0, 0, 5), "Minimum memory reservation allowed is 6MB"),
                Arguments.of(cpu(-1, 0, 0, 0), "range of CPUs is from 0.01 to"),
                Arguments.of(cpu(9_999_999, 0, 0, 0), "range of CPUs is from 0.01 to"),
                Arguments.of(cpu(1_000_000_000_000L, 0, 0, 0), "range of CPUs is from 0.01 to"),
                Arguments.of(cpu(10_000_000, 0, 5_000, 0), "Nano CPUs and CPU Period cannot both be set"),
                Arguments.of(cpu(10_000_000, 5_000, 0, 0), "Nano CPUs and CPU Quota cannot both be set"),
                Arguments.of(cpu(0, 0, 999, 0), "CPU cfs period can not be less than 1ms"),
                Arguments.of(cpu(0, 0, 1_000_001, 0), "CPU cfs period can not be less than 1ms"),
                Arguments.of(cpu(0, 999, 0, 0), "CPU cfs quota can not be less than 1ms"),
                Arguments.of(cpu(0, Long.MAX_VALUE, 0, 0), "HostConfig.CpuQuota: "),
                Arguments.of(cpu(0, 0, 0, -5), "invalid CPU shares (-5)"),
                Arguments.of(cpuset("4", ""), "Requested CPUs are not available - requested 4, available: 0-3,6"),
                Arguments.of(cpuset("0-6", ""), "Requested CPUs are not available - requested 0-6"),
                Arguments.of(cpuset("0-", ""), "Invalid value 0- for cpuset cpus"),
                Arguments.of(cpuset("3-1", ""), "Invalid value 3-1 for cpuset cpus"),
                Arguments.of(cpuset("0,,1", ""), "Invalid value 0,,1 for cpuset cpus"),
                Arguments.of(cpuset("9999", ""), "Invalid value 9999 for cpuset cpus"),
                Arguments.of(cpuset("", "1"), "Requested memory nodes are not available - requested 1, available: 0"),
                Arguments.of(ulimit("nosuch", 1, 2), "invalid ulimit type: nosuch"),
                Arguments.of(ulimit("", 1, 2), "invalid ulimit type: "),
                Arguments.of(ulimit("nofile", 3, 2), "ulimit soft limit must be less than or equal to hard limit: 3 > 2"),
                Arguments.of(ulimit("nofile", -1, 2), "ulimit soft limit must be less than or equal"),
                Arguments.of(ulimit("nofile", -3, -2), "HostConfig.Ulimits: "),
                Arguments.of(pressure(101L, 0), "valid memory swappiness range is 0-100"),
                Arguments.of(pressure(-2L, 0), "valid memory swappiness range is 0-100"),
                Arguments.of(pressure(null, 1001), "range for oom score adj is [-1000, 1000]"),
                Arguments.of(block(9, List.of(), List.of()), "Range of blkio weight is from 10 to 1000"),
                Arguments.of(block(1001, List.of(), List.of()), "Range of blkio weight is from 10 to 1000"),
                Arguments.of(
                        block(0, List.of(new DeviceRate("/dev/sda", 5)), List.of()), "HostConfig.BlkioWeightDevice: "),
                Arguments.of(
                        block(0, List.of(), List.of(new DeviceRate("sda", 5))), "HostConfig.BlkioDeviceReadBps: \"sda\""),
                Arguments.of(
                        block(0, List.of(), List.of(new DeviceRate("/dev/sda", -5))),
                        "the rate of /dev/sda must not be negative"),
                Arguments.of(
                        more(MemoryPressure.USUAL, new Realtime(100, 101), BlockIo.NONE),
                        "cpu real-time runtime cannot be higher than cpu real-time period"),
                Arguments.of(
                        more(MemoryPressure.USUAL, new Realtime(-1, 0), BlockIo.NONE), "HostConfig.CpuRealtimePeriod"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatMakesNoSenseIsRefusedInDockersWords(Resources asked, String words) {
        assertThatThrownBy(() -> checks.checked(asked))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.kind()).isEqualTo(EngineException.Kind.INVALID))
                .hasMessageContaining(words);
    }

    @Test
    void whatMakesSenseIsKeptAndSwapIsAsMuchAsMemory() {
        assertThat(checks.checked(memory(10 * MB, 0, 0)).memorySwap()).isEqualTo(20 * MB);
        assertThat(checks.checked(memory(10 * MB, -1, 0)).memorySwap()).isEqualTo(-1);
        assertThat(checks.checked(memory(0, 0, 0))).isEqualTo(memory(0, 0, 0));
        Resources all = more(
                new MemoryPressure(0L, true, -1000), new Realtime(1_000_000, 950_000), new BlockIo(
                        10,
                        List.of(new DeviceRate("/dev/sda", 1000)),
                        List.of(new DeviceRate("/dev/sda", 0)),
                        List.of(),
                        List.of(),
                        List.of()));
        assertThat(checks.checked(all)).isEqualTo(all);
        assertThat(checks.checked(cpuset("0,2-3,6", "0")).cpusetCpus()).isEqualTo("0,2-3,6");
        assertThat(checks.checked(ulimit("nofile", 5, -1)).ulimits()).hasSize(1);
    }

    @Test
    void swapThatTheMachineDoesNotCountIsRefusedOnlyWhenItIsAskedFor() {
        when(cgroups.accountsSwap()).thenReturn(false);

        assertThatThrownBy(() -> checks.checked(memory(10 * MB, 30 * MB, 0))).hasMessageContaining("HostConfig.MemorySwap");
        assertThat(checks.checked(memory(10 * MB, 0, 0)).memory()).isEqualTo(10 * MB);
    }

    @Test
    void whatTheControlGroupsLackIsRefusedNamingTheField() throws Exception {
        doThrow(mock(UnsupportedLimitException.class)).when(cgroups).require(any());

        assertThatThrownBy(() -> checks.checked(pressure(5L, 0))).hasMessageStartingWith("HostConfig.MemorySwappiness: ");
    }

    @Test
    void aParentThatIsNoPathIsRefused() {
        when(cgroups.requireParent("../x")).thenThrow(new IllegalArgumentException("leads elsewhere"));
        Resources asked = new Resources(
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                "",
                "",
                null,
                List.of(),
                MemoryPressure.USUAL,
                Realtime.NONE,
                BlockIo.NONE,
                "../x");

        assertThatThrownBy(() -> checks.checked(asked)).hasMessage("HostConfig.CgroupParent: leads elsewhere");
    }
}
