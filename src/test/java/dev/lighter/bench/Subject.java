package dev.lighter.bench;

import dev.lighter.engine.Answer;
import dev.lighter.engine.SocketHttp;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An engine that speaks Docker's API on a unix socket.
 *
 * @param name its column
 * @param image the image that all containers of the measurements are made from
 * @param network the network that they are on, {@code none} or {@code default}
 */
record Subject(String name, Path socket, String image, String network) {
    Subject(String name, Path socket, String image) {
        this(name, socket, image, "none");
    }

    /** The same engine with containers on another network. */
    Subject on(String other) {
        return new Subject(name, socket, image, other);
    }

    SocketHttp connect() throws IOException {
        return new SocketHttp(socket);
    }

    /** Creates a container; gives its id. */
    String create(SocketHttp http, String... command) throws IOException {
        return create(http, "", command);
    }

    /** Creates a container whose log keeps 4 GB, which is more than is usual in some engines; gives its id. */
    String createWithLongLog(SocketHttp http, String... command) throws IOException {
        return create(http, ",\"LogConfig\":{\"Type\":\"json-file\",\"Config\":{\"max-size\":\"4g\"}}", command);
    }

    private String create(SocketHttp http, String more, String[] command) throws IOException {
        String body = "{\"Image\":\"" + image + "\",\"Cmd\":[\"" + String.join("\",\"", command)
                + "\"],\"HostConfig\":{\"NetworkMode\":\"" + network + "\"" + more + "}}";
        return expect(http.request("POST", "/v1.40/containers/create", body), 201)
                .json()
                .path("Id")
                .asString();
    }

    void start(SocketHttp http, String id) throws IOException {
        expect(http.request("POST", "/v1.40/containers/" + id + "/start", ""), 204);
    }

    void await(SocketHttp http, String id) throws IOException {
        expect(http.request("POST", "/v1.40/containers/" + id + "/wait", ""), 200);
    }

    void kill(SocketHttp http, String id) throws IOException {
        expect(http.request("POST", "/v1.40/containers/" + id + "/kill", ""), 204);
    }

    void remove(SocketHttp http, String id) throws IOException {
        expect(http.request("DELETE", "/v1.40/containers/" + id + "?force=1", ""), 204);
    }

    static Answer expect(Answer answer, int status) throws IOException {
        if (answer.status() != status && !(status == 204 && answer.status() == 200)) {
            throw new IOException("status " + answer.status() + " instead of " + status + ": " + answer.text());
        }
        return answer;
    }

    /** What a measurement gave: a value and how often it was taken, or why there is none. */
    record Figure(double value, int runs, @Nullable String missing) {
        static Figure of(double value, int runs) {
            return new Figure(value, runs, null);
        }

        static Figure missing(String why) {
            return new Figure(0, 0, why);
        }
    }
}
