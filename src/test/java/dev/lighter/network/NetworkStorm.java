package dev.lighter.network;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.SocketHttp;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Clients that make networks, publish ports, connect, disconnect and remove without pause, whether the engine lives or not. Closing waits for
 * them; what they made stays.
 */
public final class NetworkStorm implements AutoCloseable {
    private final Engine engine;
    private final AtomicBoolean over = new AtomicBoolean();
    private final Thread[] clients;

    /** Begins with so many clients. */
    public NetworkStorm(Engine engine, int count) {
        this.engine = engine;
        clients = new Thread[count];
        for (int i = 0; i < count; i++) {
            int number = i;
            clients[i] = new Thread(() -> rage(number), "storm-" + i);
            clients[i].setDaemon(true);
            clients[i].start();
        }
    }

    private void rage(int number) {
        Random random = new Random(number);
        for (int round = 0; !over.get(); round++) {
            try (SocketHttp http = new SocketHttp(engine.socket())) {
                round(http, number + "-" + round, random);
            } catch (IOException killed) {
                Thread.yield();
            }
        }
    }

    private static void round(SocketHttp http, String name, Random random) throws IOException {
        http.request("POST", "/networks/create", "{\"Name\":\"net-" + name + "\"}");
        String ports = random.nextBoolean()
                ? ",\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"\"}],\"81/udp\":[{\"HostPort\":\"\"}]}"
                : "";
        Answer created = http.request(
                "POST",
                "/containers/create?name=c-" + name,
                "{\"Image\":\"lighter/host\",\"Cmd\":[\"sleep\",\"100\"],\"HostConfig\":{\"NetworkMode\":\""
                        + (random.nextBoolean() ? "bridge" : "net-" + name) + "\"" + ports + "}}");
        if (created.status() != 201) {
            return;
        }
        String container = created.json().path("Id").asString();
        String place = "{\"Container\":\"" + container + "\",\"Force\":true}";
        http.request("POST", "/containers/" + container + "/start", "");
        http.request("POST", "/networks/net-" + name + "/connect", "{\"Container\":\"" + container + "\"}");
        if (random.nextBoolean()) {
            http.request("POST", "/networks/net-" + name + "/disconnect", place);
        }
        if (random.nextInt(4) > 0) {
            http.request("DELETE", "/containers/" + container + "?force=1", "");
            http.request("DELETE", "/networks/net-" + name, "");
        }
    }

    @Override
    public void close() throws InterruptedException {
        over.set(true);
        for (Thread client : clients) {
            client.join();
        }
    }

    /** Removes what a storm has left: all containers and networks. */
    public static void clear(Engine engine) throws IOException {
        for (var container : engine.get("/containers/json?all=1").json()) {
            engine.delete("/containers/" + container.path("Id").asString() + "?force=1");
        }
        engine.post("/networks/prune");
    }
}
