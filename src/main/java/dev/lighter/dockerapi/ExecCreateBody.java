package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.container.DetachKeys;
import dev.lighter.container.ExecRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /containers/{id}/exec}. */
final class ExecCreateBody extends StrictBody {
    @JsonProperty("AttachStdin")
    boolean attachStdin;

    @JsonProperty("AttachStdout")
    boolean attachStdout;

    @JsonProperty("AttachStderr")
    boolean attachStderr;

    @JsonProperty("Tty")
    boolean tty;

    @JsonProperty("Privileged")
    boolean privileged;

    @JsonProperty("Cmd")
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
    @Nullable
    List<String> cmd;

    @JsonProperty("Env")
    @Nullable
    List<String> env;

    @JsonProperty("User")
    @Nullable
    String user;

    @JsonProperty("WorkingDir")
    @Nullable
    String workingDir;

    @JsonProperty("DetachKeys")
    @Nullable
    String detachKeys;

    /** Accepted here and used at the start, where clients send it again. */
    @JsonProperty("ConsoleSize")
    int @Nullable [] consoleSize;

    /** Accepted: whether to attach is said at the start. */
    @JsonProperty("Detach")
    boolean detach;

    ExecRequest toRequest() {
        refuseOther("");
        if (detachKeys != null && !detachKeys.isEmpty()) {
            DetachKeys.parse(detachKeys);
        }
        return new ExecRequest(
                orEmpty(cmd),
                orEmpty(env),
                orEmpty(user),
                orEmpty(workingDir),
                privileged,
                tty,
                attachStdin,
                attachStdout,
                attachStderr,
                orEmpty(detachKeys));
    }
}
