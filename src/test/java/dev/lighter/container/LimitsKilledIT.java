package dev.lighter.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.ControlGroup;
import dev.lighter.engine.Engine;
import dev.lighter.engine.SocketHttp;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An engine that is killed while it changes limits leaves the record and the kernel in agreement, once another has started. */
@Timeout(300)
class LimitsKilledIT {
    private static final long MIB = 1 << 20;
    private static final int UPDATES_BEFORE = 20;

    @Test
    void recordAndKernelAgreeAfterAKillInTheMiddleOfUpdates() throws Exception {
        ControlGroup.assumeVersion1();
        try (Engine engine = Engine.start()) {
            engine.dockerOutput(
                    "run",
                    "-d",
                    "--name",
                    "changing",
                    "-m",
                    "64m",
                    "--memory-swap",
                    "-1",
                    "lighter/host",
                    "sleep",
                    "1000");
            ControlGroup group = new ControlGroup(
                    Long.parseLong(engine.dockerOutput("inspect", "-f", "{{.State.Pid}}", "changing")));
            AtomicLong acknowledged = new AtomicLong();
            AtomicLong asked = new AtomicLong();
            CountDownLatch under = new CountDownLatch(UPDATES_BEFORE);
            Thread updates = new Thread(() -> update(engine, acknowledged, asked, under));
            updates.start();
            under.await();
            engine.restart();
            updates.join();

            long recorded = Long.parseLong(engine.dockerOutput("inspect", "-f", "{{.HostConfig.Memory}}", "changing"));
            assertThat(recorded)
                    .isEqualTo(Long.parseLong(group.read("memory.limit_in_bytes")))
                    .isIn(acknowledged.get(), asked.get());
            engine.dockerOutput("update", "-m", "99m", "changing");
            assertThat(group.read("memory.limit_in_bytes")).isEqualTo(Long.toString(99 * MIB));
        }
    }

    /** Changes the limit again and again, until the engine is gone. */
    private static void update(Engine engine, AtomicLong acknowledged, AtomicLong asked, CountDownLatch under) {
        try (SocketHttp http = new SocketHttp(engine.socket())) {
            for (long i = 0; ; i++) {
                asked.set((64 + i % 64) * MIB);
                int status = http.request("POST", "/containers/changing/update", "{\"Memory\":" + asked + "}")
                        .status();
                assertThat(status).isEqualTo(200);
                acknowledged.set(asked.get());
                under.countDown();
            }
        } catch (IOException gone) {
            assertThat(under.getCount()).isZero();
        }
    }
}
