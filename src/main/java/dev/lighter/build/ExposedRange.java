package dev.lighter.build;

import dev.lighter.build.dockerfile.DockerfileException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Ports that an image exposes, as Dockerfiles write them: {@code 80}, {@code 53/udp}, {@code 8000-8010}. */
final class ExposedRange {
    private static final Pattern FORM = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?(?:/(?i)(tcp|udp|sctp))?");

    private ExposedRange() {}

    /** The single ports, each with its protocol. */
    static List<String> parse(int line, String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new DockerfileException(line, "invalid containerPort: " + text);
        }
        int first = Integer.parseInt(form.group(1));
        int last = form.group(2) == null ? first : Integer.parseInt(form.group(2));
        if (first < 1 || last > 65535 || last < first) {
            throw new DockerfileException(line, "invalid containerPort: " + text);
        }
        String protocol = form.group(3) == null ? "tcp" : form.group(3).toLowerCase(java.util.Locale.ROOT);
        return IntStream.rangeClosed(first, last)
                .mapToObj(port -> port + "/" + protocol)
                .toList();
    }
}
