package dev.lighter.container.log;

import dev.lighter.error.EngineException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * What a log's options say that each line bears besides itself: labels and variables of its container, and a tag. Shown before the lines
 * to those who ask for details. They are the same for all lines, so that they are not kept with them.
 */
public final class LogAttributes {
    private static final Pattern PLACE = Pattern.compile("\\{\\{\\s*\\.(\\w+)\\s*}}");

    private LogAttributes() {}

    /**
     * Of whom the attributes tell.
     *
     * @param image as it was named
     * @param imageId with the algorithm before it
     */
    public record Subject(
            String id, String name, String image, String imageId, Map<String, String> labels, List<String> env) {}

    static void check(Map<String, String> options) {
        for (String option : new String[] {"labels-regex", "env-regex"}) {
            try {
                Pattern.compile(options.getOrDefault(option, ""));
            } catch (PatternSyntaxException e) {
                throw EngineException.invalid(option + ": " + e.getDescription() + ": " + e.getPattern());
            }
        }
        tag(options.getOrDefault("tag", ""), new Subject("", "", "", "", Map.of(), List.of()));
    }

    /** The attributes as Docker writes them: names and values as in a query, with commas between them, by name; empty without any. */
    public static String of(Map<String, String> options, Subject subject) {
        Map<String, String> attributes = new TreeMap<>();
        collect(options, "labels", subject.labels(), attributes);
        Map<String, String> env = new TreeMap<>();
        for (String variable : subject.env()) {
            int equals = variable.indexOf('=');
            if (equals > 0) {
                env.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        collect(options, "env", env, attributes);
        String tag = tag(options.getOrDefault("tag", ""), subject);
        if (!tag.isEmpty()) {
            attributes.put("tag", tag);
        }
        return attributes.entrySet().stream().map(LogAttributes::written).collect(Collectors.joining(","));
    }

    private static void collect(
            Map<String, String> options, String option, Map<String, String> from, Map<String, String> into) {
        for (String name : options.getOrDefault(option, "").split(",")) {
            String value = from.get(name);
            if (value != null) {
                into.put(name, value);
            }
        }
        String expression = options.getOrDefault(option + "-regex", "");
        if (!expression.isEmpty()) {
            Pattern pattern = Pattern.compile(expression);
            from.forEach((name, value) -> {
                if (pattern.matcher(name).find()) {
                    into.put(name, value);
                }
            });
        }
    }

    private static String written(Entry<String, String> attribute) {
        return URLEncoder.encode(attribute.getKey(), StandardCharsets.UTF_8)
                + "="
                + URLEncoder.encode(attribute.getValue(), StandardCharsets.UTF_8);
    }

    private static String tag(String template, Subject subject) {
        StringBuilder tag = new StringBuilder();
        Matcher place = PLACE.matcher(template);
        while (place.find()) {
            place.appendReplacement(tag, Matcher.quoteReplacement(value(place.group(1), template, subject)));
        }
        place.appendTail(tag);
        if (tag.indexOf("{{") >= 0 && subject.id().isEmpty()) {
            throw unknown(template);
        }
        return tag.toString();
    }

    private static String value(String name, String template, Subject subject) {
        String image = subject.imageId().substring(subject.imageId().indexOf(':') + 1);
        return switch (name) {
            case "ID" -> shortened(subject.id());
            case "FullID" -> subject.id();
            case "Name" -> subject.name();
            case "ImageID" -> shortened(image);
            case "ImageFullID" -> subject.imageId();
            case "ImageName" -> subject.image();
            case "DaemonName" -> "docker";
            default -> throw unknown(template);
        };
    }

    private static String shortened(String id) {
        return id.length() > 12 ? id.substring(0, 12) : id;
    }

    private static EngineException unknown(String template) {
        return EngineException.invalid("tag: \"" + template + "\": use .ID, .FullID, .Name, .ImageID, .ImageFullID,"
                + " .ImageName or .DaemonName between {{ and }}");
    }
}
