package dev.lighter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CapabilitiesTest {
    @Test
    void numbersFollowTheKernelsHeader() {
        assertThat(Capabilities.number("CAP_CHOWN")).isZero();
        assertThat(Capabilities.number("sys_admin")).isEqualTo(21);
        assertThat(Capabilities.number("Cap_Checkpoint_Restore")).isEqualTo(40);
        assertThat(Capabilities.NAMES).hasSize(41).doesNotHaveDuplicates();
    }

    @Test
    void theDefaultIsDockersFourteen() {
        assertThat(Capabilities.DEFAULT).hasSize(14);
        assertThat(Capabilities.maskOf(Capabilities.DEFAULT)).isEqualTo(0xa80425fbL);
    }

    @Test
    void masksAndNamesAreInverse() {
        assertThat(Capabilities.namesOf(Capabilities.maskOf(Capabilities.NAMES)))
                .containsExactlyElementsOf(Capabilities.NAMES);
        assertThat(Capabilities.namesOf(0)).isEmpty();
        assertThat(Capabilities.namesOf(1L << 63)).isEmpty();
    }

    @Test
    void singleOnesAreAddedAndDropped() {
        Set<String> names = Capabilities.resolve(List.of("NET_ADMIN", "cap_sys_time"), List.of("mknod", "CAP_KILL"));

        assertThat(names).hasSize(14).contains("CAP_NET_ADMIN", "CAP_SYS_TIME").doesNotContain("CAP_MKNOD", "CAP_KILL");
    }

    @Test
    void allMayBeAddedOrDroppedWithExceptions() {
        assertThat(Capabilities.resolve(List.of("ALL"), List.of())).isEqualTo(Capabilities.all());
        assertThat(Capabilities.resolve(List.of("all"), List.of("SYS_ADMIN")))
                .doesNotContain("CAP_SYS_ADMIN")
                .hasSize(Capabilities.all().size() - 1);
        assertThat(Capabilities.resolve(List.of(), List.of("ALL"))).isEmpty();
        assertThat(Capabilities.resolve(List.of("CHOWN"), List.of("ALL"))).containsExactly("CAP_CHOWN");
        assertThat(Capabilities.resolve(List.of("MKNOD"), List.of("MKNOD"))).contains("CAP_MKNOD");
    }

    @Test
    void anUnknownNameIsRefusedInDockersWords() {
        assertThatThrownBy(() -> Capabilities.resolve(List.of("fly"), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown capability: \"CAP_FLY\"");
    }

    @Test
    void theStructuresAreThoseOfCapset() {
        assertThat(Capabilities.header()).containsExactly(0x22, 0x05, 0x08, 0x20, 0, 0, 0, 0);
        assertThat(Capabilities.data(1, 1L << 33, 0x80))
                .containsExactly(1, 0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void theKernelSaysWhichIsTheLast() {
        assertThat(Capabilities.last()).isGreaterThanOrEqualTo(37);
        assertThat(Capabilities.all()).contains("CAP_AUDIT_READ");
    }
}
