package dev.lighter.container;

import dev.lighter.event.EventService;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tells what happens to containers, in Docker's words and with Docker's attributes. */
final class ContainerEvents {
    private final EventService events;

    ContainerEvents(EventService events) {
        this.events = events;
    }

    void created(ContainerView container) {
        publish(container, "create", Map.of());
    }

    void started(ContainerView container) {
        publish(container, "start", Map.of());
    }

    void killed(ContainerView container, int signal) {
        publish(container, "kill", Map.of("signal", Integer.toString(signal)));
    }

    void stopped(ContainerView container) {
        publish(container, "stop", Map.of());
    }

    void ended(ContainerView container) {
        if (container.state().oomKilled()) {
            publish(container, "oom", Map.of());
        }
        publish(
                container,
                "die",
                Map.of("exitCode", Integer.toString(container.state().exitCode())));
    }

    void destroyed(ContainerView container) {
        publish(container, "destroy", Map.of());
    }

    void pruned(long bytes) {
        events.publish("container", "prune", "", Map.of("reclaimed", Long.toString(bytes)));
    }

    void attached(ContainerView container) {
        publish(container, "attach", Map.of());
    }

    void execCreated(ContainerView container, String exec, List<String> command) {
        publish(container, "exec_create: " + String.join(" ", command), Map.of("execID", exec));
    }

    void execStarted(ContainerView container, String exec, List<String> command) {
        publish(container, "exec_start: " + String.join(" ", command), Map.of("execID", exec));
    }

    void execEnded(ContainerView container, String exec, int code) {
        publish(container, "exec_die", Map.of("execID", exec, "exitCode", Integer.toString(code)));
    }

    void paused(ContainerView container, boolean paused) {
        publish(container, paused ? "pause" : "unpause", Map.of());
    }

    void health(ContainerView container, ContainerHealth.Verdict verdict) {
        publish(container, "health_status: " + verdict.name().toLowerCase(Locale.ROOT), Map.of());
    }

    void unhealthyAction(ContainerView container, UnhealthyAction action) {
        publish(container, "unhealthy_action: " + action.word(), Map.of());
    }

    void restarted(ContainerView container) {
        publish(container, "restart", Map.of());
    }

    void updated(ContainerView container) {
        publish(container, "update", Map.of());
    }

    void committed(ContainerView container, String comment, String imageId, String reference) {
        publish(container, "commit", Map.of("comment", comment, "imageID", imageId, "imageRef", reference));
    }

    void renamed(ContainerView container, String before) {
        publish(container, "rename", Map.of("oldName", "/" + before));
    }

    void archived(ContainerView container, String action, String path) {
        publish(container, action, path.isEmpty() ? Map.of() : Map.of("path", path));
    }

    private void publish(ContainerView container, String action, Map<String, String> more) {
        Map<String, String> attributes = new HashMap<>(container.spec().labels());
        attributes.put("image", container.spec().image());
        attributes.put("name", container.name());
        attributes.putAll(more);
        events.publish("container", action, container.id(), attributes);
    }
}
