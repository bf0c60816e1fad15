package dev.lighter.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The engine killed at random moments while networks change. */
class NetworkKilledIT {
    private static final int KILLS = 6;

    @Test
    void afterEveryKillWhatIsSaidOfNetworksIsTrue() throws Exception {
        Random random = new Random(11);
        try (Engine engine = Engine.start()) {
            for (int i = 0; i < KILLS; i++) {
                NetworkStorm storm = new NetworkStorm(engine, 3);
                Thread.sleep(500 + random.nextInt(1500));
                engine.kill();
                storm.close();
                engine.launch();
                engine.awaitAnswer();
                assertThat(NetworkTruth.differences(engine))
                        .as("after kill " + i)
                        .isEmpty();
                NetworkStorm.clear(engine);
            }
            assertThat(NetworkTruth.differences(engine)).isEmpty();
            assertThat(engine.get("/networks").json()).hasSize(3);
        }
    }
}
