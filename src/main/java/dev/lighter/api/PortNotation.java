package dev.lighter.api;

import dev.lighter.error.EngineException;
import dev.lighter.network.port.PortBinding;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ports to publish as the docker command line takes them: {@code 80}, {@code 8080:80}, {@code 127.0.0.1:8080:80/udp},
 * {@code [::1]:8080:80}, {@code 8000-8002:80-82}.
 */
final class PortNotation {
    private static final Pattern FORM =
            Pattern.compile("(?:(?:(?<address>\\[[0-9a-fA-F:.]+]|[0-9.]*):)?(?<host>[0-9]*(?:-[0-9]+)?):)?"
                    + "(?<port>[0-9]+)(?:-(?<last>[0-9]+))?(?:/(?<protocol>tcp|udp|sctp))?");
    private static final int MOST = 65_535;

    private PortNotation() {}

    /** The ports that one piece of text means. */
    static List<PortBinding> parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw wrong(text, "write 8080:80, 80, 127.0.0.1:8080:80 or 8053:53/udp");
        }
        String protocol = form.group("protocol") == null ? "tcp" : form.group("protocol");
        String address = form.group("address") == null
                ? ""
                : form.group("address").replace("[", "").replace("]", "");
        String host = form.group("host") == null ? "" : form.group("host");
        int first = number(text, form.group("port"));
        int last = form.group("last") == null ? first : number(text, form.group("last"));
        if (last < first) {
            throw wrong(text, "a range goes from the lower to the higher port");
        }
        String[] ends = host.split("-", 2);
        int hostFirst = host.isEmpty() ? 0 : number(text, ends[0]);
        int hostLast = ends.length < 2 ? hostFirst : number(text, ends[1]);
        if (first == last) {
            return List.of(new PortBinding(first, protocol, address, host));
        }
        if (hostFirst != 0 && hostLast - hostFirst != last - first) {
            throw wrong(text, "both ranges must have the same length");
        }
        List<PortBinding> ports = new ArrayList<>();
        for (int port = first; port <= last; port++) {
            ports.add(new PortBinding(
                    port, protocol, address, hostFirst == 0 ? "" : String.valueOf(hostFirst + port - first)));
        }
        return ports;
    }

    private static int number(String text, String digits) {
        int value = digits.length() > 5 || digits.isEmpty() ? 0 : Integer.parseInt(digits);
        if (value < 1 || value > MOST) {
            throw wrong(text, "ports are numbers from 1 to " + MOST);
        }
        return value;
    }

    private static EngineException wrong(String text, String advice) {
        return EngineException.invalid("invalid port \"" + text + "\" in ports: " + advice);
    }
}
