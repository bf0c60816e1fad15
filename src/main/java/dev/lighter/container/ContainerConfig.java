package dev.lighter.container;

import dev.lighter.image.Healthcheck;
import dev.lighter.image.ImageConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What containers tell images that are made of them. Stateless. */
public final class ContainerConfig {
    private ContainerConfig() {}

    /**
     * The configuration of an image that makes containers as this one is.
     *
     * @param volumes places for volumes that its own image has
     */
    static ImageConfig of(ContainerSpec spec, List<String> volumes) {
        return new ImageConfig(
                spec.env(),
                spec.entrypoint(),
                spec.cmd(),
                spec.workingDirectory().equals("/") ? "" : spec.workingDirectory(),
                spec.user(),
                spec.labels(),
                spec.stopSignal(),
                List.copyOf(new TreeSet<>(spec.network().exposedPorts())),
                together(spec.storage().asked().volumes(), volumes),
                spec.supervision().healthcheck(),
                spec.isolation().notes().onBuild(),
                spec.isolation().notes().shell());
    }

    /**
     * A configuration that says some things itself and takes the rest from another, by Docker's rules: sets and variables together, an
     * entrypoint with its own arguments.
     */
    public static ImageConfig over(ImageConfig config, ImageConfig below) {
        boolean ownProgram = !config.entrypoint().isEmpty();
        Map<String, String> env = new LinkedHashMap<>();
        below.env().forEach(variable -> env.put(variable.split("=", 2)[0], variable));
        config.env().forEach(variable -> env.put(variable.split("=", 2)[0], variable));
        Map<String, String> labels = new LinkedHashMap<>(below.labels());
        labels.putAll(config.labels());
        return new ImageConfig(
                List.copyOf(env.values()),
                ownProgram ? config.entrypoint() : below.entrypoint(),
                ownProgram || !config.cmd().isEmpty() ? config.cmd() : below.cmd(),
                orElse(config.workingDir(), below.workingDir()),
                orElse(config.user(), below.user()),
                labels,
                orElse(config.stopSignal(), below.stopSignal()),
                together(config.exposedPorts(), below.exposedPorts()),
                together(config.volumes(), below.volumes()),
                health(config.healthcheck(), below.healthcheck()),
                config.onBuild().isEmpty() ? below.onBuild() : config.onBuild(),
                config.shell().isEmpty() ? below.shell() : config.shell());
    }

    private static @Nullable Healthcheck health(@Nullable Healthcheck own, @Nullable Healthcheck below) {
        return own == null ? below : own.over(below);
    }

    private static String orElse(String first, String second) {
        return first.isEmpty() ? second : first;
    }

    private static List<String> together(List<String> one, List<String> other) {
        List<String> both = new ArrayList<>(one);
        both.addAll(other);
        return List.copyOf(new TreeSet<>(both));
    }
}
