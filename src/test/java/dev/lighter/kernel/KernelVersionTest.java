package dev.lighter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class KernelVersionTest {
    @Test
    void aReleaseIsComparedByNumberNotByText() {
        assertThat(KernelVersion.parse("6.18.44-fc")).isEqualTo(new KernelVersion(6, 18));
        assertThat(KernelVersion.parse("4.10")).isGreaterThan(new KernelVersion(4, 8));
        assertThat(KernelVersion.parse("3.19.8")).isLessThan(new KernelVersion(4, 8));
        assertThat(KernelVersion.host()).isGreaterThan(new KernelVersion(4, 0));
    }

    @Test
    void somethingElseIsRefused() {
        assertThatThrownBy(() -> KernelVersion.parse("new")).hasMessage("not a kernel's release: new");
    }
}
