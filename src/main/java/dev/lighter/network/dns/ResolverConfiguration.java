package dev.lighter.network.dns;

import dev.lighter.kernel.netlink.IpPrefix;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a resolver's configuration file says, {@code /etc/resolv.conf}. Immutable.
 *
 * @param nameservers whom to ask, in this order
 * @param search domains that are tried for names without one; a dot alone stands for none
 * @param options such as {@code ndots:0}
 * @see <a href="https://man7.org/linux/man-pages/man5/resolv.conf.5.html">resolv.conf(5)</a>
 */
public record ResolverConfiguration(List<InetAddress> nameservers, List<String> search, List<String> options) {
    private static final String NO_DOMAIN = ".";

    /** Copies the lists. Fails with IllegalArgumentException for a domain or option that would not stay one word of its line. */
    public ResolverConfiguration {
        nameservers = List.copyOf(nameservers);
        search = List.copyOf(search);
        options = List.copyOf(options);
        search.forEach(domain -> requireWord("search domain", domain));
        options.forEach(option -> requireWord("resolver option", option));
    }

    private static void requireWord(String what, String word) {
        if (word.isEmpty() || word.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            throw new IllegalArgumentException("not a " + what + ": '" + word + "'");
        }
    }

    /** Reads a file's text. What is not understood is passed over, as the C library does; the last of several search lists counts. */
    public static ResolverConfiguration parse(String text) {
        List<InetAddress> nameservers = new ArrayList<>();
        List<String> search = new ArrayList<>();
        List<String> options = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            List<String> words = words(line);
            List<String> values = words.isEmpty() ? words : words.subList(1, words.size());
            if (values.isEmpty()) {
                continue;
            }
            switch (words.get(0)) {
                case "nameserver" -> {
                    InetAddress address = address(values.get(0));
                    if (address != null) {
                        nameservers.add(address);
                    }
                }
                case "search" -> {
                    search.clear();
                    search.addAll(values);
                }
                case "domain" -> {
                    search.clear();
                    search.add(values.get(0));
                }
                case "options" -> options.addAll(values);
                default -> {}
            }
        }
        return new ResolverConfiguration(nameservers, search, options);
    }

    /** Up to a comment. */
    private static List<String> words(String line) {
        return Arrays.stream(line.split("[\\s\\p{Cntrl}]+"))
                .dropWhile(String::isEmpty)
                .takeWhile(word -> !word.startsWith("#") && !word.startsWith(";"))
                .toList();
    }

    /** An address in digits, with the number or name of a link where it is one of IPv6 that needs it: {@code fe80::1%eth0}. */
    private static @Nullable InetAddress address(String word) {
        int percent = word.indexOf('%');
        try {
            InetAddress address = IpPrefix.address(percent < 0 ? word : word.substring(0, percent));
            return percent < 0 ? address : scoped(address, word.substring(percent + 1));
        } catch (IllegalArgumentException | SocketException | UnknownHostException e) {
            return null;
        }
    }

    private static InetAddress scoped(InetAddress address, String scope) throws SocketException, UnknownHostException {
        NetworkInterface link = NetworkInterface.getByName(scope);
        int index = link == null ? Integer.parseInt(scope) : link.getIndex();
        return Inet6Address.getByAddress(null, address.getAddress(), index);
    }

    /** The file's text. A search list that stands for none gives no line. */
    public String format() {
        StringBuilder text = new StringBuilder();
        nameservers.forEach(address ->
                text.append("nameserver ").append(address.getHostAddress()).append('\n'));
        if (!search.isEmpty() && !search.equals(List.of(NO_DOMAIN))) {
            text.append("search ").append(String.join(" ", search)).append('\n');
        }
        if (!options.isEmpty()) {
            text.append("options ").append(String.join(" ", options)).append('\n');
        }
        return text.toString();
    }
}
