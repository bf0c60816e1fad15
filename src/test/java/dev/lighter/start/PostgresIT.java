package dev.lighter.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An engine whose database is a server that can be missing, refuse, and go away. Runs where a PostgreSQL server is installed. */
class PostgresIT {
    private static PostgresServer server;

    @BeforeAll
    static void startServer() throws IOException, InterruptedException {
        server = PostgresServer.start(Path.of(System.getProperty("lighter.test.postgres")));
    }

    @AfterAll
    static void endServer() {
        server.close();
    }

    @Test
    void aServerThatIsNotThereIsNamedWithWhatToDo() throws IOException {
        assertThatThrownBy(() ->
                        Engine.start("--spring.datasource.url=jdbc:postgresql://127.0.0.1:1/nobody?loginTimeout=2"))
                .hasMessageContaining("The database jdbc:postgresql://127.0.0.1:1/nobody cannot be used")
                .hasMessageContaining("spring.datasource.url");
    }

    @Test
    void aWrongPasswordAndAMissingDatabaseAreTold() throws IOException {
        List<String> options = server.createDatabase();

        assertThatThrownBy(() -> Engine.start(options.get(0), options.get(1), "--spring.datasource.password=wrong"))
                .hasMessageContaining("password authentication failed");
        assertThatThrownBy(() -> Engine.start(options.get(0) + "_missing", options.get(1), options.get(2)))
                .hasMessageContaining("_missing\" does not exist");
    }

    @Test
    void anEngineWithOtherDataIsRefusedTheDatabase() throws IOException, InterruptedException {
        String[] options = server.createDatabase().toArray(String[]::new);
        try (Engine first = Engine.start(options)) {
            assertThat(first.get("/_ping").status()).isEqualTo(200);

            assertThatThrownBy(() -> Engine.start(options))
                    .hasMessageContaining("The database belongs to an engine with another data directory")
                    .hasMessageContaining("a database of its own");
        }
    }

    @Test
    void whileTheServerIsAwayContainersRunOnAndTheirEndIsRecordedLater() throws IOException, InterruptedException {
        try (PostgresServer own = PostgresServer.start(Path.of(System.getProperty("lighter.test.postgres")));
                Engine engine = Engine.start(own.createDatabase().toArray(String[]::new))) {
            String body = "{\"Image\":\"lighter/host\",\"Cmd\":[\"sh\",\"-c\",\"sleep 3; exit 5\"]}";
            String waiting = engine.post("/containers/create?name=waiting", body)
                    .json()
                    .path("Id")
                    .asString();
            assertThat(engine.post("/containers/waiting/start").status()).isEqualTo(204);

            own.stop();

            Answer refused = engine.post("/containers/create", body);
            assertThat(refused.status()).as(refused.text()).isEqualTo(503);
            assertThat(refused.json().path("message").asString()).contains("database does not answer");
            assertThat(engine.get("/containers/json?all=1").json()).hasSize(1);
            assertThat(engine.post("/containers/waiting/wait")
                            .json()
                            .path("StatusCode")
                            .asInt())
                    .isEqualTo(5);

            own.startAgain();

            assertThat(engine.post("/containers/create?name=after", body).status())
                    .isEqualTo(201);
            engine.restart();
            assertThat(engine.get("/containers/" + waiting + "/json")
                            .json()
                            .path("State")
                            .path("ExitCode")
                            .asInt())
                    .isEqualTo(5);
            assertThat(engine.get("/containers/waiting/json")
                            .json()
                            .path("State")
                            .path("Status")
                            .asString())
                    .isEqualTo("exited");
        }
    }
}
