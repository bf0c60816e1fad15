package dev.lighter.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.container.ContainerSpec.Resources;
import dev.lighter.error.EngineException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ResourceChangeTest {
    private static final Resources BEFORE =
            new Resources(100, 200, 50, 0, 0, 0, 512, "0-1", "", 10L, List.of(new ContainerSpec.Ulimit("core", 1, 2)));

    private static ResourceChange memory(@Nullable Long memory, @Nullable Long swap) {
        return new ResourceChange(
                memory, swap, null, null, null, null, null, null, null, null, null, null, null, null);
    }

    private static ResourceChange cpu(@Nullable Long nanos, @Nullable Long quota) {
        return new ResourceChange(
                null, null, null, nanos, quota, null, null, null, null, null, null, null, null, null);
    }

    @Test
    void whatIsLeftOutStaysAndZeroTakesALimitAway() {
        ResourceChange change = new ResourceChange(
                0L, 0L, null, null, 5000L, null, 0L, "", null, null, null, -1L, 300, Supervision.none());

        Resources after = change.appliedTo(BEFORE);

        assertThat(after.memory()).isZero();
        assertThat(after.memorySwap()).isZero();
        assertThat(after.memoryReservation()).isEqualTo(50);
        assertThat(after.cpuQuota()).isEqualTo(5000);
        assertThat(after.cpuShares()).isZero();
        assertThat(after.cpusetCpus()).isEmpty();
        assertThat(after.pidsLimit()).isEqualTo(-1);
        assertThat(after.blockIo().weight()).isEqualTo(300);
        assertThat(after.ulimits()).isEqualTo(BEFORE.ulimits());
    }

    @Test
    void memoryAboveTheSwapThatStaysIsAConflict() {
        assertThatThrownBy(() -> memory(300L, null).appliedTo(BEFORE))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.kind()).isEqualTo(EngineException.Kind.CONFLICT))
                .hasMessageContaining("Memory limit should be smaller than already set memoryswap limit");
        assertThat(memory(300L, 300L).appliedTo(BEFORE).memorySwap()).isEqualTo(300);
        assertThat(memory(300L, -1L).appliedTo(BEFORE).memorySwap()).isEqualTo(-1);
        assertThatThrownBy(() -> memory(null, 60L).appliedTo(BEFORE))
                .hasMessageContaining("Minimum memoryswap limit should be larger than memory limit");
    }

    @Test
    void processorsAreSaidInOneWayOnly() {
        Resources quota = cpu(null, 5000L).appliedTo(BEFORE);
        Resources nanos = cpu(500_000_000L, null).appliedTo(BEFORE);

        assertThatThrownBy(() -> cpu(500_000_000L, null).appliedTo(quota))
                .hasMessage("Conflicting options: Nano CPUs cannot be updated as CPU Quota has already been set");
        assertThatThrownBy(() -> cpu(null, 5000L).appliedTo(nanos))
                .hasMessage("Conflicting options: CPU Quota cannot be updated as NanoCPUs has already been set");
        assertThat(cpu(500_000_000L, 0L).appliedTo(quota).nanoCpus()).isEqualTo(500_000_000L);
    }
}
