package dev.lighter.image.registry;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request to a registry.
 *
 * @param content what is sent, or null for nothing
 */
record Call(
        String method,
        URI uri,
        Map<String, String> headers,
        @Nullable Content content) {
    static Call of(String method, URI uri) {
        return new Call(method, uri, Map.of(), null);
    }

    Call with(String name, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(name, value);
        return new Call(method, uri, more, content);
    }

    Call with(String type, Content newContent) {
        return new Call(method, uri, headers, newContent).with("Content-Type", type);
    }

    Call with(String type, byte[] bytes) {
        return with(type, new Content() {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }
        });
    }

    Call at(URI other) {
        return new Call(method, other, headers, content);
    }

    /** Whether the request asks only, so that any redirection may be followed. */
    boolean isQuestion() {
        return method.equals("GET") || method.equals("HEAD");
    }
}
