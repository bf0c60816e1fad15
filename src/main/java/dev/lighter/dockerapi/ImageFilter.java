package dev.lighter.dockerapi;

import dev.lighter.error.EngineException;
import dev.lighter.image.ImageDetails;
import dev.lighter.image.ImageService;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Which images a list asks for: all given names must accept, one of each name's values is enough. */
final class ImageFilter implements Predicate<ImageDetails> {
    private static final Set<String> KNOWN =
            Set.of("before", "dangling", "label", "label!", "reference", "since", "until");

    private final Filters filters;
    private final List<Pattern> references;
    private final @Nullable Instant before;
    private final @Nullable Instant since;
    private final @Nullable Instant until;
    private final @Nullable Boolean dangling;

    private ImageFilter(Filters filters, ImageService images) {
        this.filters = filters;
        references = filters.get("reference").stream().map(ImageFilter::glob).toList();
        before = created(filters, images, "before");
        since = created(filters, images, "since");
        List<String> untils = filters.get("until");
        until = untils.isEmpty() ? null : Timestamps.parseOrAgo("until", untils.get(0), Instant.now());
        dangling = filters.getBoolean("dangling");
    }

    static ImageFilter parse(@Nullable String parameter, ImageService images) {
        return new ImageFilter(Filters.parse(parameter, KNOWN), images);
    }

    private static @Nullable Instant created(Filters filters, ImageService images, String name) {
        List<String> asked = filters.get(name);
        return asked.isEmpty() ? null : images.get(asked.get(0)).created();
    }

    /** Docker's patterns, those of Go's path.Match: {@code *} and {@code ?} stop at a slash. */
    private static Pattern glob(String glob) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            switch (c) {
                case '*' -> regex.append("[^/]*");
                case '?' -> regex.append("[^/]");
                case '[', ']', '-', '^' -> regex.append(c);
                case '\\' -> regex.append(Pattern.quote(i + 1 < glob.length() ? glob.substring(++i, i + 1) : "\\"));
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        try {
            return Pattern.compile(regex.toString());
        } catch (PatternSyntaxException e) {
            throw EngineException.invalid("invalid filter 'reference=" + glob + "': not a pattern");
        }
    }

    /** Those of an image's names that were asked for. */
    List<String> tags(ImageDetails image) {
        return references.isEmpty()
                ? image.repoTags()
                : image.repoTags().stream().filter(this::isAskedFor).toList();
    }

    private boolean isAskedFor(String name) {
        String repository = name.substring(0, name.lastIndexOf(':'));
        return references.stream()
                .anyMatch(pattern -> pattern.matcher(name).matches()
                        || pattern.matcher(repository).matches());
    }

    @Override
    public boolean test(ImageDetails image) {
        return filters.acceptsLabels(image.config().labels())
                && filters.get("label!").stream()
                        .noneMatch(asked -> Filters.hasLabel(image.config().labels(), asked))
                && (references.isEmpty() || !tags(image).isEmpty())
                && (dangling == null || dangling == image.repoTags().isEmpty())
                && (before == null || image.created().isBefore(before))
                && (since == null || image.created().isAfter(since))
                && (until == null || image.created().isBefore(until));
    }
}
