package dev.lighter.api;

import dev.lighter.engine.Engine;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/** What a browser does that is signed in, without the browser: keeps cookies, and sends the CSRF token back. */
final class Visitor {
    private final String origin;
    private final CookieManager cookies = new CookieManager();
    private final HttpClient client =
            HttpClient.newBuilder().cookieHandler(cookies).build();

    private Visitor(String origin) {
        this.origin = origin;
    }

    /** Signs in as the administrator. */
    static Visitor signedIn(Engine engine) throws IOException, InterruptedException {
        Visitor visitor = new Visitor("http://127.0.0.1:" + engine.port());
        visitor.send("GET", "/ui/sign-in", "");
        String form = "username=admin&password=" + URLEncoder.encode(engine.password(), StandardCharsets.UTF_8);
        HttpResponse<String> answer = visitor.client.send(
                visitor.request("/ui/sign-in")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("X-XSRF-TOKEN", visitor.csrf())
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 302) {
            throw new IOException("not signed in: " + answer.body());
        }
        visitor.send("GET", "/ui/account", "");
        return visitor;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(origin + path)).header("Origin", origin);
    }

    private String csrf() {
        return cookies.getCookieStore().getCookies().stream()
                .filter(cookie -> cookie.getName().startsWith("XSRF-TOKEN"))
                .map(cookie -> cookie.getValue())
                .findFirst()
                .orElse("");
    }

    /** All cookies, as a header. */
    String cookieHeader() {
        return "Cookie: "
                + cookies.getCookieStore().getCookies().stream()
                        .map(cookie -> cookie.getName() + "=" + cookie.getValue())
                        .collect(Collectors.joining("; "));
    }

    /** The header that a browser sends with it. */
    String originHeader() {
        return "Origin: " + origin;
    }

    HttpResponse<String> send(String method, String path, String json) throws IOException, InterruptedException {
        return client.send(
                request(path)
                        .header("Content-Type", "application/json")
                        .header("X-XSRF-TOKEN", csrf())
                        .method(method, HttpRequest.BodyPublishers.ofString(json))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
