package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.image.host.HostContent;
import dev.lighter.image.host.HostImageRequest;
import dev.lighter.kernel.Arch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The configuration of an image that is made of the host's files. */
final class HostImageConfig {
    private static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final Pattern PORT = Pattern.compile("(\\d{1,5})(?:/(tcp|udp|sctp))?");
    private static final int HIGHEST_PORT = 65535;

    private HostImageConfig() {}

    /** Fails with INVALID, naming the field, where the request cannot become a configuration. */
    static void check(HostImageRequest request) {
        if (request.commands().isEmpty()
                && request.paths().isEmpty()
                && request.packages().isEmpty()) {
            throw EngineException.invalid("commands, paths, packages: name at least one, or the image would be empty");
        }
        for (String variable : request.env()) {
            if (variable.indexOf('=') < 1) {
                throw EngineException.invalid("env: \"" + variable + "\" must be NAME=value");
            }
        }
        request.exposedPorts().forEach(HostImageConfig::port);
        request.volumes().forEach(volume -> checkPath("volumes", volume));
        if (!request.workingDir().isEmpty()) {
            checkPath("workingDir", request.workingDir());
        }
    }

    private static void checkPath(String field, String path) {
        if (!path.startsWith("/")
                || path.indexOf(0) >= 0
                || Path.of(path).normalize().getNameCount() == 0) {
            throw EngineException.invalid(field + ": \"" + path + "\" must be an absolute path");
        }
    }

    private static String port(String text) {
        Matcher port = PORT.matcher(text.toLowerCase(Locale.ROOT));
        if (!port.matches() || Integer.parseInt(port.group(1)) == 0 || Integer.parseInt(port.group(1)) > HIGHEST_PORT) {
            throw EngineException.invalid(
                    "exposedPorts: \"" + text + "\" must be a port from 1 to 65535, with /tcp, /udp, /sctp or nothing");
        }
        return Integer.parseInt(port.group(1)) + "/" + (port.group(2) == null ? "tcp" : port.group(2));
    }

    /** The image of one layer. It is as old as its newest file, so that the same files give the same image. */
    static ImageDraft draft(HostImageRequest request, HostContent content, String layer) {
        HistoryEntry step = new HistoryEntry(
                Instant.ofEpochSecond(content.newestSeconds()),
                "lighter, from the host's files: " + words(request),
                "",
                "",
                false);
        NewImage image = new NewImage(null, null, config(request, content), step, List.of());
        String file = ImageConfigWriter.write(null, Arch.host().ociName(), image, List.of(layer), true);
        return new ImageDraft(file.getBytes(StandardCharsets.UTF_8), null, List.of(layer));
    }

    private static ImageConfig config(HostImageRequest request, HostContent content) {
        boolean ownPath = request.env().stream().anyMatch(variable -> variable.startsWith("PATH="));
        List<String> env = new ArrayList<>(ownPath ? List.of() : List.of(PATH));
        env.addAll(request.env());
        return new ImageConfig(
                env,
                request.entrypoint(),
                cmd(request, content),
                request.workingDir(),
                request.user(),
                request.labels(),
                "",
                request.exposedPorts().stream()
                        .map(HostImageConfig::port)
                        .distinct()
                        .sorted()
                        .toList(),
                request.volumes().stream().distinct().sorted().toList(),
                null,
                List.of(),
                List.of());
    }

    private static List<String> cmd(HostImageRequest request, HostContent content) {
        Path first = content.firstCommand();
        if (first == null || !request.cmd().isEmpty() || !request.entrypoint().isEmpty()) {
            return request.cmd();
        }
        return List.of(first.toString());
    }

    private static String words(HostImageRequest request) {
        Map<String, List<String>> parts = new LinkedHashMap<>();
        parts.put("commands", request.commands());
        parts.put("paths", request.paths());
        parts.put("packages", request.packages());
        return parts.entrySet().stream()
                .filter(part -> !part.getValue().isEmpty())
                .map(part -> part.getKey() + " " + String.join(" ", part.getValue()))
                .collect(Collectors.joining(", "));
    }
}
