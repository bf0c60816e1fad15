package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.container.ExecRequest;
import dev.lighter.container.ExecView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer of {@code GET /exec/{id}/json}. */
record ExecInspect(
        @JsonProperty("ID") String id,
        @JsonProperty("Running") boolean running,
        @JsonProperty("ExitCode") @Nullable Integer exitCode,
        @JsonProperty("ProcessConfig") ProcessConfig processConfig,
        @JsonProperty("OpenStdin") boolean openStdin,
        @JsonProperty("OpenStdout") boolean openStdout,
        @JsonProperty("OpenStderr") boolean openStderr,
        @JsonProperty("CanRemove") boolean canRemove,
        @JsonProperty("ContainerID") String containerId,
        @JsonProperty("DetachKeys") String detachKeys,
        @JsonProperty("Pid") int pid) {
    /** What is executed. */
    record ProcessConfig(
            @JsonProperty("tty") boolean tty,
            @JsonProperty("entrypoint") String entrypoint,
            @JsonProperty("arguments") List<String> arguments,
            @JsonProperty("privileged") boolean privileged,
            @JsonProperty("user") String user) {}

    static ExecInspect of(ExecView exec) {
        ExecRequest request = exec.request();
        List<String> command = request.command();
        return new ExecInspect(
                exec.id(),
                exec.running(),
                exec.exitCode(),
                new ProcessConfig(
                        request.terminal(),
                        command.get(0),
                        command.subList(1, command.size()),
                        request.privileged(),
                        request.user()),
                request.stdin(),
                request.stdout(),
                request.stderr(),
                false,
                exec.containerId(),
                request.detachKeys(),
                exec.pid());
    }
}
