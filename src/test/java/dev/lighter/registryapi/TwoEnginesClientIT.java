package dev.lighter.registryapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** One engine pulls from another and pushes to it, with nothing but the docker command line. */
@ExtendWith(EngineExtension.class)
class TwoEnginesClientIT {
    private final Engine registry;

    TwoEnginesClientIT(Engine registry) {
        this.registry = registry;
    }

    /** The digest under which a repository knows its image with this tag. */
    private static String digest(Engine engine, String repository, String tag) throws IOException {
        JsonNode digests =
                engine.get("/images/" + repository + ":" + tag + "/json").json().path("RepoDigests");
        List<String> own = new ArrayList<>();
        digests.forEach(name -> {
            if (name.asString().startsWith(repository + "@")) {
                own.add(name.asString().substring(repository.length() + 1));
            }
        });
        assertThat(own).as(digests.toString()).hasSize(1);
        return own.get(0);
    }

    @Test
    void anImageGoesFromEngineToEngineAndBackAndStaysTheSame() throws Exception {
        String host = "127.0.0.1:" + registry.port();
        registry.dockerOutput("run", "--rm", "lighter/host", "true");
        try (Engine other = Engine.start("--lighter.images.starter-image=false")) {
            assertThat(other.docker("pull", host + "/lighter/host").errors()).contains("unauthorized");
            assertThat(other.docker(new byte[0], "login", "-u", "admin", "-p", "wrong", host)
                            .errors())
                    .contains("unauthorized");
            assertThat(other.dockerOutput("login", "-u", "admin", "-p", registry.password(), host))
                    .contains("Login Succeeded");
            other.dockerOutput("pull", host + "/lighter/host");
            assertThat(other.dockerOutput("run", "--rm", host + "/lighter/host", "echo", "pulled"))
                    .isEqualTo("pulled");
            String digest = digest(other, host + "/lighter/host", "latest");
            assertThat(digest).isEqualTo(digest(registry, "lighter/host", "latest"));

            other.dockerOutput("tag", host + "/lighter/host", host + "/v2-team/back:one");
            other.dockerOutput("push", host + "/v2-team/back:one");
            assertThat(digest(registry, "v2-team/back", "one")).isEqualTo(digest);
            assertThat(registry.dockerOutput("run", "--rm", "v2-team/back:one", "echo", "pushed"))
                    .isEqualTo("pushed");
            registry.dockerOutput("rmi", "v2-team/back:one");
            assertThat(other.docker("pull", host + "/v2-team/back:one").errors())
                    .contains("not found");
        }
    }
}
