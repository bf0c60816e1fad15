package dev.lighter.registryapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One engine pulls from another and pushes to it, with nothing but the docker command line. */
@ExtendWith(EngineExtension.class)
class TwoEnginesClientIT {
    private final Engine registry;

    TwoEnginesClientIT(Engine registry) {
        this.registry = registry;
    }

    private String digests(Engine engine, String image) throws IOException, InterruptedException {
        return engine.dockerOutput("images", "--digests", "--format", "{{.Digest}}", image);
    }

    @Test
    void anImageGoesFromEngineToEngineAndBackAndStaysTheSame() throws Exception {
        String host = "127.0.0.1:" + registry.port();
        registry.dockerOutput("run", "--rm", "lighter/host", "true");
        try (Engine other = Engine.start("--lighter.images.starter-image=false")) {
            assertThat(other.docker("pull", host + "/lighter/host").errors()).contains("unauthorized");
            assertThat(other.docker(new byte[0], "login", "-u", "admin", "-p", "wrong", host).errors())
                    .contains("unauthorized");
            assertThat(other.dockerOutput("login", "-u", "admin", "-p", registry.password(), host))
                    .contains("Login Succeeded");
            other.dockerOutput("pull", host + "/lighter/host");
            assertThat(other.dockerOutput("run", "--rm", host + "/lighter/host", "echo", "pulled"))
                    .isEqualTo("pulled");
            String digest = digests(other, host + "/lighter/host");
            assertThat(digest).isEqualTo(digests(registry, "lighter/host"));

            other.dockerOutput("tag", host + "/lighter/host", host + "/v2-team/back:one");
            other.dockerOutput("push", host + "/v2-team/back:one");
            assertThat(digests(registry, "v2-team/back")).isEqualTo(digest);
            assertThat(registry.dockerOutput("run", "--rm", "v2-team/back:one", "echo", "pushed"))
                    .isEqualTo("pushed");
            registry.dockerOutput("rmi", "v2-team/back:one");
            assertThat(other.docker("pull", host + "/v2-team/back:one").errors()).contains("not found");
        }
    }
}
