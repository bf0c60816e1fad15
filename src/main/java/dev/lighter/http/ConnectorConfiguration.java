package dev.lighter.http;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.http11.Http11NioProtocol;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** One server, two connectors: TCP as Boot makes it, and a unix socket for the docker CLI. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LighterProperties.class)
class ConnectorConfiguration {
    /** Attach, wait, logs and events hold a thread each while they last. */
    private static final int MOST_THREADS = 2000;

    private static final int KEEP_ALIVE_MILLIS = 300_000;

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> connectors(LighterProperties properties) {
        return factory -> {
            // Below the data and not in /tmp, where a killed engine would leave it.
            factory.setBaseDirectory(directory(properties.data().resolve("tomcat")));
            factory.setDocumentRoot(directory(properties.data().resolve("tomcat/documents")));
            Connector unix = unixConnector(properties.socket().path());
            factory.addAdditionalConnectors(unix);
            factory.addEngineValves(new ConnectorValve(unix));
            factory.addConnectorCustomizers(connector -> {
                connector.setEncodedSolidusHandling("decode");
                tune((Http11NioProtocol) connector.getProtocolHandler());
            });
        };
    }

    private static File directory(Path path) {
        try {
            return Files.createDirectories(path).toFile();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Connector unixConnector(Path path) {
        prepare(path);
        Connector connector = new Connector("org.apache.coyote.http11.Http11NioProtocol");
        connector.setPort(0);
        connector.setProperty("unixDomainSocketPath", path.toString());
        connector.setProperty("unixDomainSocketPathPermissions", "rw-rw----");
        connector.setProperty("unixDomainSocketParentPermissions", "");
        connector.setEncodedSolidusHandling("decode");
        connector.setMaxPostSize(-1);
        Http11NioProtocol protocol = (Http11NioProtocol) connector.getProtocolHandler();
        tune(protocol);
        return connector;
    }

    private static void tune(Http11NioProtocol protocol) {
        protocol.setMaxThreads(MOST_THREADS);
        protocol.setMaxConnections(MOST_THREADS * 2);
        protocol.setMinSpareThreads(4);
        protocol.setKeepAliveTimeout(KEEP_ALIVE_MILLIS);
        protocol.setMaxKeepAliveRequests(-1);
        protocol.setMaxSwallowSize(-1);
    }

    /** Makes the socket's directory and removes a socket that nobody listens on. */
    private static void prepare(Path path) {
        try {
            Path parent = path.toAbsolutePath().getParent();
            if (parent != null && !Files.isDirectory(parent)) {
                Files.createDirectories(
                        parent, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            }
            if (!Files.exists(path)) {
                return;
            }
            try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.connect(UnixDomainSocketAddress.of(path));
            } catch (IOException nobodyListens) {
                Files.delete(path);
                return;
            }
            throw new IllegalStateException("the socket " + path
                    + " is in use by another process; stop it or choose another with --lighter.socket.path");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
