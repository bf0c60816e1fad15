package dev.lighter.image;

import dev.lighter.error.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Fetches files that clients name by URL, where {@link FetchRules} allow it. Safe for all threads. */
@Component
public class RemoteFile {
    private static final int OK = 200;

    private final FetchRules rules;
    private @Nullable HttpClient client;

    RemoteFile(FetchRules rules) {
        this.rules = rules;
    }

    /** Most engines never fetch anything, and a client has a thread of its own. */
    private synchronized HttpClient client() {
        HttpClient made = client;
        if (made == null) {
            made = HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(Duration.ofSeconds(rules.timeoutSeconds()))
                    .build();
            client = made;
        }
        return made;
    }

    /** The bytes of a file; the caller closes it. Fails as {@link #fetch} does. */
    public InputStream open(String url) throws IOException {
        return fetch(url).body();
    }

    /**
     * The answer of the server that has a file, of status 200; the caller closes its body. Each host on the way there is checked: its
     * addresses are those that the connection is made to, as Java keeps them for a while. Fails with INVALID for what is no URL or gives no
     * file, with FORBIDDEN for a host that is not to be asked.
     */
    public HttpResponse<InputStream> fetch(String url) throws IOException {
        URI uri = rules.parse(url);
        for (int redirects = 0; redirects <= rules.mostRedirects(); redirects++) {
            rules.check(uri, redirects == 0);
            HttpResponse<InputStream> response = send(uri);
            int status = response.statusCode();
            if (status == OK) {
                return response;
            }
            response.body().close();
            String next = response.headers().firstValue("Location").orElse("");
            if (status < 300 || status >= 400 || next.isEmpty()) {
                throw EngineException.invalid("failed to GET " + url + " with status " + status);
            }
            URI target = uri.resolve(next);
            if ("https".equals(uri.getScheme()) && "http".equals(target.getScheme())) {
                throw EngineException.invalid(url + " leads from https to http: nothing is fetched");
            }
            uri = rules.parse(target.toString());
        }
        throw EngineException.invalid(url + " leads from one place to the next without end");
    }

    private HttpResponse<InputStream> send(URI uri) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(rules.timeoutSeconds()))
                .header("User-Agent", "lighter")
                .build();
        try {
            return client().send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the download was interrupted");
        } catch (IOException e) {
            throw new EngineException(EngineException.Kind.INVALID, "cannot fetch " + uri + ": " + e, e);
        }
    }
}
