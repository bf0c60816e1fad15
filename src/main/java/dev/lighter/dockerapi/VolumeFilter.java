package dev.lighter.dockerapi;

import dev.lighter.error.EngineException;
import dev.lighter.volume.Volume;
import dev.lighter.volume.VolumeService;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Which volumes a list or a pruning asks for. */
final class VolumeFilter implements Predicate<Volume> {
    private static final Set<String> LISTED = Set.of("dangling", "driver", "label", "name");
    private static final Set<String> PRUNED = Set.of("all", "label", "label!");

    private final Filters filters;
    private final VolumeService volumes;
    private final List<Pattern> names;
    private final @Nullable Boolean dangling;
    private final boolean onlyAnonymous;

    private VolumeFilter(Filters filters, VolumeService volumes, boolean onlyAnonymous) {
        this.filters = filters;
        this.volumes = volumes;
        this.onlyAnonymous = onlyAnonymous;
        names = filters.get("name").stream().map(VolumeFilter::part).toList();
        dangling = filters.getBoolean("dangling");
    }

    static VolumeFilter listed(@Nullable String parameter, VolumeService volumes) {
        return new VolumeFilter(Filters.parse(parameter, LISTED), volumes, false);
    }

    /** Before version 1.42 all unused volumes were pruned, since then those without names, unless {@code all} is said. */
    static VolumeFilter pruned(@Nullable String parameter, VolumeService volumes, int minorVersion) {
        Filters filters = Filters.parse(parameter, PRUNED);
        Boolean all = filters.getBoolean("all");
        boolean everything = all == null ? minorVersion < 42 : all;
        return new VolumeFilter(filters, volumes, !everything);
    }

    private static Pattern part(String value) {
        try {
            return Pattern.compile(value);
        } catch (PatternSyntaxException e) {
            throw EngineException.invalid("invalid filter 'name=" + value + "'");
        }
    }

    @Override
    public boolean test(Volume volume) {
        return (!onlyAnonymous || volume.anonymous())
                && filters.accepts("driver", VolumeService.DRIVER)
                && filters.acceptsLabels(VolumeView.labels(volume))
                && filters.get("label!").stream().noneMatch(asked -> Filters.hasLabel(VolumeView.labels(volume), asked))
                && (names.isEmpty()
                        || names.stream()
                                .anyMatch(name -> name.matcher(volume.name()).find()))
                && (dangling == null || dangling == volumes.usersOf(volume).isEmpty());
    }
}
