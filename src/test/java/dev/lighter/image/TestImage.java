package dev.lighter.image;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** An image for tests, to be packed as an archive of Docker's or as an OCI layout. */
public record TestImage(List<byte[]> layers, Map<String, Object> config, String architecture) {
    public static TestImage of(TarBytes... layers) {
        List<byte[]> bytes = new ArrayList<>();
        for (TarBytes layer : layers) {
            bytes.add(layer.bytes());
        }
        return new TestImage(bytes, Map.of("Cmd", List.of("/bin/true")), "amd64");
    }

    public TestImage on(String otherArchitecture) {
        return new TestImage(layers, config, otherArchitecture);
    }

    public TestImage configured(Map<String, Object> otherConfig) {
        return new TestImage(layers, otherConfig, architecture);
    }

    public TestImage labelled(String name, String value) {
        return new TestImage(layers, Map.of("Labels", Map.of(name, value)), architecture);
    }

    public byte[] configFile() {
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("architecture", architecture);
        file.put("os", "linux");
        file.put("created", "2020-01-02T03:04:05.678Z");
        file.put("config", config);
        file.put(
                "rootfs",
                Map.of(
                        "type",
                        "layers",
                        "diff_ids",
                        layers.stream().map(Sha256::of).toList()));
        return json(file);
    }

    public String id() {
        return Sha256.of(configFile());
    }

    /** As {@code docker save} of version 1.2 packs it. */
    public byte[] dockerArchive(String... names) {
        TarBytes archive = new TarBytes();
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            paths.add("layer" + i + "/layer.tar");
            archive.file(paths.get(i), layers.get(i));
        }
        String config = Sha256.hex(id()) + ".json";
        archive.file(config, configFile());
        archive.file(
                "manifest.json", json(List.of(Map.of("Config", config, "RepoTags", List.of(names), "Layers", paths))));
        return archive.bytes();
    }

    /** Adds the image's blobs to an OCI layout. Gives the manifest's descriptor. */
    Map<String, Object> addTo(TarBytes layout, String compression) {
        List<Map<String, Object>> descriptors = new ArrayList<>();
        for (byte[] layer : layers) {
            byte[] packed = compress(layer, compression);
            descriptors.add(add(layout, packed, "application/vnd.oci.image.layer.v1.tar" + compression));
        }
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("schemaVersion", 2);
        manifest.put("mediaType", "application/vnd.oci.image.manifest.v1+json");
        manifest.put("config", add(layout, configFile(), "application/vnd.oci.image.config.v1+json"));
        manifest.put("layers", descriptors);
        Map<String, Object> descriptor = add(layout, json(manifest), "application/vnd.oci.image.manifest.v1+json");
        descriptor.put("platform", Map.of("os", "linux", "architecture", architecture));
        return descriptor;
    }

    /** An index of descriptors, added to the layout. Gives its own descriptor. */
    static Map<String, Object> addIndex(TarBytes layout, List<Map<String, Object>> descriptors) {
        return add(layout, index(descriptors), "application/vnd.oci.image.index.v1+json");
    }

    static byte[] index(List<Map<String, Object>> descriptors) {
        return json(Map.of("schemaVersion", 2, "manifests", descriptors));
    }

    public byte[] ociArchive(String compression, String name) {
        TarBytes layout = new TarBytes();
        layout.file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
        Map<String, Object> descriptor = addTo(layout, compression);
        if (!name.isEmpty()) {
            descriptor.put("annotations", Map.of("io.containerd.image.name", name));
        }
        layout.file("index.json", index(List.of(descriptor)));
        return layout.bytes();
    }

    /** An OCI layout with one name for an index of several images. */
    public static byte[] indexed(TarBytes layout, String name, List<TestImage> images) {
        List<Map<String, Object>> descriptors = new ArrayList<>();
        for (TestImage image : images) {
            descriptors.add(image.addTo(layout, "+gzip"));
        }
        Map<String, Object> descriptor = addIndex(layout, descriptors);
        descriptor.put("annotations", Map.of("io.containerd.image.name", name));
        layout.file("index.json", index(List.of(descriptor)));
        return layout.bytes();
    }

    private static Map<String, Object> add(TarBytes layout, byte[] blob, String mediaType) {
        String digest = Sha256.of(blob);
        layout.file("blobs/sha256/" + Sha256.hex(digest), blob);
        Map<String, Object> descriptor = new LinkedHashMap<>();
        descriptor.put("mediaType", mediaType);
        descriptor.put("digest", digest);
        descriptor.put("size", blob.length);
        return descriptor;
    }

    static byte[] compress(byte[] bytes, String compression) {
        return switch (compression) {
            case "" -> bytes;
            case "+zstd" -> Zstd.compress(bytes);
            case "+gzip" -> gzip(bytes);
            default -> throw new IllegalArgumentException(compression);
        };
    }

    static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    static byte[] json(Object value) {
        return ImageConfigFile.JSON.writeValueAsBytes(value);
    }
}
