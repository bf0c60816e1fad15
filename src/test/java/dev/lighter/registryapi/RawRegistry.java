package dev.lighter.registryapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.SocketHttp;
import dev.lighter.image.TestImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.json.JsonMapper;

/** A registry spoken to with single requests over the unix socket, as the OCI distribution specification writes them down. */
final class RawRegistry {
    static final String OCI = "application/vnd.oci.image.manifest.v1+json";
    static final String INDEX = "application/vnd.oci.image.index.v1+json";
    static final String DOCKER = "application/vnd.docker.distribution.manifest.v2+json";
    static final String LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
    static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    static final String NOWHERE = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

    private static final JsonMapper JSON = new JsonMapper();

    private final Engine engine;

    RawRegistry(Engine engine) {
        this.engine = engine;
    }

    Answer request(String method, String path, Map<String, String> headers, byte[] body) {
        try (SocketHttp http = new SocketHttp(engine.socket())) {
            return http.request(method, path, headers, body);
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        }
    }

    Answer request(String method, String path) {
        return request(method, path, Map.of(), new byte[0]);
    }

    Answer get(String path) {
        return request("GET", path);
    }

    Answer get(String path, String header, String value) {
        return request("GET", path, Map.of(header, value), new byte[0]);
    }

    /** The code of an error, which must be the only one. */
    static String code(Answer answer) {
        assertThat(answer.headers().get("content-type")).startsWith("application/json");
        assertThat(answer.json().path("errors")).hasSize(1);
        assertThat(answer.json().path("errors").path(0).path("message").asString())
                .isNotBlank();
        return answer.json().path("errors").path(0).path("code").asString();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String digest(byte[] bytes) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] json(Object value) {
        return JSON.writeValueAsBytes(value);
    }

    /** Begins an upload; gives where it goes on. */
    String begin(String repository) {
        Answer answer = request("POST", "/v2/" + repository + "/blobs/uploads/");
        assertThat(answer.status()).isEqualTo(202);
        return answer.headers().getOrDefault("location", "");
    }

    Answer patch(String location, String range, byte[] bytes) {
        Map<String, String> headers = new LinkedHashMap<>(Map.of("Content-Type", "application/octet-stream"));
        if (!range.isEmpty()) {
            headers.put("Content-Range", range);
        }
        return request("PATCH", location, headers, bytes);
    }

    /** Uploads a blob in one request; gives its digest. */
    String blob(String repository, byte[] bytes) {
        String digest = digest(bytes);
        Answer answer = request(
                "POST",
                "/v2/" + repository + "/blobs/uploads/?digest=" + digest,
                Map.of("Content-Type", "application/octet-stream"),
                bytes);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return digest;
    }

    Answer put(String repository, String reference, String type, byte[] manifest) {
        return request("PUT", "/v2/" + repository + "/manifests/" + reference, Map.of("Content-Type", type), manifest);
    }

    /** Puts a manifest, which must succeed; gives its digest. */
    String putDone(String repository, String reference, String type, byte[] manifest) {
        Answer answer = put(repository, reference, type, manifest);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.headers().getOrDefault("docker-content-digest", "");
    }

    static Map<String, Object> descriptor(String type, byte[] blob) {
        Map<String, Object> descriptor = new LinkedHashMap<>();
        descriptor.put("mediaType", type);
        descriptor.put("digest", digest(blob));
        descriptor.put("size", blob.length);
        return descriptor;
    }

    /** A manifest of blobs that may have been uploaded. */
    static Map<String, Object> manifest(
            String type, String configType, byte[] config, String layerType, byte[]... layers) {
        List<Object> descriptors = new ArrayList<>();
        for (byte[] layer : layers) {
            descriptors.add(descriptor(layerType, layer));
        }
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("schemaVersion", 2);
        manifest.put("mediaType", type);
        manifest.put("config", descriptor(configType, config));
        manifest.put("layers", descriptors);
        return manifest;
    }

    /** Uploads the blobs of an artifact that is no image; gives its manifest. */
    Map<String, Object> artifact(String repository, String content) {
        byte[] config = bytes("{}");
        byte[] layer = bytes(content);
        blob(repository, config);
        blob(repository, layer);
        return manifest(OCI, "application/vnd.example.config.v1+json", config, "text/plain", layer);
    }

    /** Uploads the blobs of an image; gives its manifest. */
    byte[] image(String repository, TestImage image) {
        byte[] config = image.configFile();
        blob(repository, config);
        List<byte[]> layers = new ArrayList<>();
        for (byte[] layer : image.layers()) {
            byte[] packed = gzip(layer);
            blob(repository, packed);
            layers.add(packed);
        }
        return json(manifest(
                OCI, CONFIG, config, "application/vnd.oci.image.layer.v1.tar+gzip", layers.toArray(byte[][]::new)));
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
