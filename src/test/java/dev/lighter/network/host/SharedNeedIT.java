package dev.lighter.network.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.kernel.netlink.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Engines that need a setting of the host at the same time, in a namespace of their own. */
class SharedNeedIT {
    private static final String FORWARD = "ipv4/ip_forward";

    @TempDir
    private Path parent;

    private final Set<String> there = new HashSet<>(Set.of("one", "two"));
    private NetworkNamespace namespace;
    private HostSettings settings;

    @BeforeEach
    void open() throws IOException {
        namespace = NetworkNamespace.create();
        namespace.set(FORWARD, "0");
        settings = HostSettings.of(namespace);
    }

    @AfterEach
    void close() {
        settings.close();
        namespace.close();
    }

    private Path directory() {
        return parent.resolve("settings");
    }

    private SharedNeed need(String engine) {
        return new SharedNeed(settings, directory(), "forwarding", engine, settings::planForwarding4, there::contains);
    }

    @Test
    void theLastToLetGoPutsBackWhatTheFirstChanged() throws IOException {
        SharedNeed one = need("one");
        SharedNeed two = need("two");

        one.take();
        assertThat(namespace.setting(FORWARD)).isEqualTo("1");
        two.take();
        one.give();
        assertThat(namespace.setting(FORWARD)).isEqualTo("1");
        two.give();
        assertThat(namespace.setting(FORWARD)).isEqualTo("0");
        assertThat(directory()).doesNotExist();
    }

    @Test
    void whatWasAsNeededStays() throws IOException {
        namespace.set(FORWARD, "1");
        SharedNeed one = need("one");
        one.take();
        one.give();

        assertThat(namespace.setting(FORWARD)).isEqualTo("1");
    }

    @Test
    void anEngineThatWasKilledFindsOutWhatWas() throws IOException {
        need("one").take();

        SharedNeed again = need("one");
        again.take();
        again.give();
        assertThat(namespace.setting(FORWARD)).isEqualTo("0");
    }

    @Test
    void anEngineThatHasGoneWithoutAWordDoesNotCount() throws IOException {
        need("two").take();
        SharedNeed one = need("one");
        one.take();
        there.remove("two");
        one.give();

        assertThat(namespace.setting(FORWARD)).isEqualTo("0");
        assertThat(Files.exists(directory())).isFalse();
    }

    @Test
    void whatSomebodyElseSetMeanwhileStays() throws IOException {
        SharedNeed one = need("one");
        one.take();
        namespace.set(FORWARD, "0");
        namespace.set(FORWARD, "1");
        one.give();
        assertThat(namespace.setting(FORWARD)).isEqualTo("0");

        one.take();
        namespace.set(FORWARD, "0");
        one.give();
        assertThat(namespace.setting(FORWARD)).isEqualTo("0");
    }

    @Test
    void givingWithoutHavingTakenChangesNothing() throws IOException {
        namespace.set(FORWARD, "1");
        need("one").give();

        assertThat(namespace.setting(FORWARD)).isEqualTo("1");
    }
}
