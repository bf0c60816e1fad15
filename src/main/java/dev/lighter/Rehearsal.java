package dev.lighter;

import dev.lighter.http.LighterProperties;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Makes one container all the way through the engine's own socket and ends the engine, so that the classes this takes are known to the
 * class-data archive that {@code ./lighter run} makes. Only when {@code lighter.rehearse} says so.
 */
@Component
final class Rehearsal {
    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
    private static final Pattern ID = Pattern.compile("\"Id\":\"([0-9a-f]{64})\"");

    private final LighterProperties properties;
    private final ConfigurableApplicationContext context;
    private final boolean wanted;

    Rehearsal(
            LighterProperties properties,
            ConfigurableApplicationContext context,
            @Value("${lighter.rehearse:false}") boolean wanted) {
        this.properties = properties;
        this.wanted = wanted;
        this.context = context;
    }

    /** On a thread of its own, as a client would be: other listeners go on meanwhile. */
    @EventListener(ApplicationReadyEvent.class)
    void begin() {
        if (wanted) {
            new Thread(this::run, "lighter-rehearsal").start();
        }
    }

    private void run() {
        int code = 1;
        try {
            perform();
            code = 0;
        } catch (IOException | RuntimeException e) {
            LOG.error("The rehearsal failed", e);
        } finally {
            int result = code;
            System.exit(SpringApplication.exit(context, () -> result));
        }
    }

    private void perform() throws IOException {
        for (String path :
                new String[] {"/_ping", "/version", "/info", "/images/json", "/ui/sign-in", "/ui/containers"}) {
            ask("GET", path, "");
        }
        String created = ask(
                "POST", "/v1.51/containers/create", "{\"Image\":\"lighter/host\",\"Cmd\":[\"echo\",\"rehearsal\"]}");
        Matcher id = ID.matcher(created);
        if (!id.find()) {
            throw new IllegalStateException("no container was made: " + created);
        }
        String container = "/v1.51/containers/" + id.group(1);
        ask("POST", container + "/start", "");
        ask("POST", container + "/wait", "");
        ask("GET", container + "/json", "");
        ask("GET", container + "/logs?stdout=1&stderr=1&timestamps=1", "");
        ask("GET", "/containers/json?all=1", "");
        ask("GET", "/api/containers/" + id.group(1) + "/anatomy", "");
        ask("DELETE", container, "");
    }

    private String ask(String method, String path, String body) throws IOException {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String head = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + content.length + "\r\n\r\n";
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(properties.socket().path()));
            OutputStream output = Channels.newOutputStream(channel);
            output.write(head.getBytes(StandardCharsets.UTF_8));
            output.write(content);
            InputStream input = Channels.newInputStream(channel);
            return new String(input.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
