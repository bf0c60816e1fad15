package dev.lighter;

import dev.lighter.container.ContainerService;
import dev.lighter.container.ContainerView;
import dev.lighter.error.EngineException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Ends all containers and the engine, so that nothing of either is left on the host: no process, link, rule or setting. What is kept in
 * the data directory stays, and is made again by the next start. Only when {@code lighter.clean-up} says so.
 */
@Component
final class CleanUp {
    private static final Logger LOG = LoggerFactory.getLogger(CleanUp.class);

    private final ContainerService containers;
    private final ConfigurableApplicationContext context;
    private final boolean wanted;

    CleanUp(
            ContainerService containers,
            ConfigurableApplicationContext context,
            @Value("${lighter.clean-up:false}") boolean wanted) {
        this.containers = containers;
        this.context = context;
        this.wanted = wanted;
    }

    /** On a thread of its own: the engine cannot be ended from within its start. */
    @EventListener(ApplicationReadyEvent.class)
    void begin() {
        if (wanted) {
            new Thread(this::run, "lighter-clean-up").start();
        }
    }

    private void run() {
        int failures = 0;
        for (ContainerView container : containers.list()) {
            try {
                containers.stop(container.id(), "KILL", null);
            } catch (EngineException e) {
                failures++;
                LOG.error("{}", e.getMessage());
            }
        }
        int code = Math.min(failures, 1);
        System.exit(SpringApplication.exit(context, () -> code));
    }
}
