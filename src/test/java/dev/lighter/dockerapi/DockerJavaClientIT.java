package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** docker-java, which Testcontainers is built on. */
@ExtendWith(EngineExtension.class)
class DockerJavaClientIT {
    private final DockerClient docker;

    DockerJavaClientIT(Engine engine) {
        URI socket = URI.create("unix://" + engine.socket());
        docker = DockerClientImpl.getInstance(
                DefaultDockerClientConfig.createDefaultConfigBuilder()
                        .withDockerHost(socket.toString())
                        .build(),
                new ZerodepDockerHttpClient.Builder().dockerHost(socket).build());
    }

    @AfterEach
    void close() throws Exception {
        docker.close();
    }

    @Test
    void aContainersLife() throws Exception {
        String id = docker.createContainerCmd("lighter/host")
                .withCmd("sh", "-c", "echo out; echo err >&2; exit 5")
                .withLabels(Map.of("made-by", "docker-java"))
                .withHostConfig(HostConfig.newHostConfig().withMemory(64L << 20).withPidsLimit(50L))
                .exec()
                .getId();
        try {
            docker.startContainerCmd(id).exec();
            assertThat(docker.waitContainerCmd(id).start().awaitStatusCode(30, TimeUnit.SECONDS))
                    .isEqualTo(5);
            StringBuilder log = new StringBuilder();
            docker.logContainerCmd(id)
                    .withStdOut(true)
                    .withStdErr(true)
                    .exec(new ResultCallback.Adapter<Frame>() {
                        @Override
                        public void onNext(Frame frame) {
                            log.append(frame.getStreamType())
                                    .append(' ')
                                    .append(new String(frame.getPayload(), StandardCharsets.UTF_8));
                        }
                    })
                    .awaitCompletion(30, TimeUnit.SECONDS);
            assertThat(log.toString()).contains("STDOUT out\n").contains("STDERR err\n");
            InspectContainerResponse inspected = docker.inspectContainerCmd(id).exec();
            assertThat(inspected.getState().getExitCodeLong()).isEqualTo(5);
            assertThat(inspected.getHostConfig().getMemory()).isEqualTo(64L << 20);
            List<Container> listed = docker.listContainersCmd()
                    .withShowAll(true)
                    .withLabelFilter(Map.of("made-by", "docker-java"))
                    .exec();
            assertThat(listed).extracting(Container::getId).contains(id);
        } finally {
            docker.removeContainerCmd(id).withForce(true).exec();
        }
        assertThatThrownBy(() -> docker.inspectContainerCmd(id).exec()).isInstanceOf(NotFoundException.class);
    }

    @Test
    void errorsArriveAsTheClientsOwnExceptions() {
        assertThatThrownBy(() -> docker.createContainerCmd("no-such-image").exec())
                .isInstanceOf(NotFoundException.class);
        String id =
                docker.createContainerCmd("lighter/host").withCmd("true").exec().getId();
        assertThatThrownBy(() -> docker.killContainerCmd(id).exec()).isInstanceOf(ConflictException.class);
        docker.removeContainerCmd(id).exec();
    }

    @Test
    void versionAndInfoAreUnderstood() {
        assertThat(docker.versionCmd().exec().getApiVersion()).isEqualTo("1.51");
        assertThat(docker.infoCmd().exec().getOsType()).isEqualTo("linux");
    }
}
