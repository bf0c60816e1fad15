package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.image.registry.Reach;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the engine fetches files from that clients name by URL: anywhere by HTTP but in private networks, whose machines may trust this one
 * more than whoever asks. This machine itself is allowed, though not as where another one sends us.
 *
 * @param privateAddresses whether private networks are allowed, too
 * @param mostRedirects how often one server may send us to another
 * @param timeoutSeconds how long a server may take to begin its answer
 */
@ConfigurationProperties("lighter.fetch")
public record FetchRules(
        @DefaultValue("false") boolean privateAddresses,
        @DefaultValue("5") int mostRedirects,
        @DefaultValue("30") int timeoutSeconds) {
    /** Reads a URL; fails with INVALID where it is none that may be fetched. */
    public URI parse(String url) {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new EngineException(EngineException.Kind.INVALID, "\"" + url + "\" is not a URL", e);
        }
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https") || uri.getHost() == null) {
            throw EngineException.invalid("\"" + url + "\" cannot be fetched: only http:// and https:// can");
        }
        if (uri.getUserInfo() != null) {
            throw EngineException.invalid("the URL has a password in it: it would end up in logs and histories");
        }
        return uri;
    }

    /** Fails with FORBIDDEN where a host is not to be asked. @param first whether the client has named it itself */
    public void check(URI uri, boolean first) {
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(uri.getHost());
        } catch (UnknownHostException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID, "there is no host " + uri.getHost() + " to fetch from", e);
        }
        for (InetAddress address : addresses) {
            Reach reach = Reach.of(address);
            boolean allowed = reach == Reach.PUBLIC || first && reach == Reach.LOOPBACK;
            if (!allowed && !privateAddresses) {
                throw EngineException.forbidden(uri.getHost() + " is " + address.getHostAddress()
                        + ", which is not public: set lighter.fetch.private-addresses=true to fetch from there");
            }
        }
    }
}
