package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.Arch;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A kind of machine that an image is made for, OCI image specification, image index; empty for parts that are not known.
 */
record ImagePlatform(String os, String architecture, String variant) {
    /** What the kernel and people call architectures, and what images do. */
    private static final Map<String, String> ARCHITECTURES =
            Map.of("x86_64", "amd64", "x86-64", "amd64", "aarch64", "arm64", "i386", "386", "armhf", "arm");

    /** This machine. */
    static ImagePlatform host() {
        return new ImagePlatform("linux", Arch.host().ociName(), "");
    }

    /** Reads Docker's {@code platform} parameter; fails with INVALID. */
    static ImagePlatform parse(String json) {
        try {
            JsonNode node = ImageConfigFile.JSON.readTree(json);
            if (node.isObject()) {
                return of(node);
            }
        } catch (JacksonException e) {
            throw new EngineException(EngineException.Kind.INVALID, "failed to parse platform: " + json, e);
        }
        throw EngineException.invalid("failed to parse platform: " + json);
    }

    /** Reads {@code os[/architecture[/variant]]} as users write it, or Docker's JSON; an empty text is this machine. Fails with INVALID. */
    static ImagePlatform of(String text) {
        if (text.isEmpty()) {
            return host();
        }
        if (text.startsWith("{")) {
            return parse(text);
        }
        String[] parts = text.toLowerCase(Locale.ROOT).split("/", -1);
        if (parts.length > 3 || !text.matches("[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+){0,2}")) {
            throw EngineException.invalid(
                    "\"" + text + "\" is an invalid platform: write os/architecture, for instance " + "linux/amd64");
        }
        if (parts.length == 1) {
            boolean os = parts[0].equals("linux") || parts[0].equals("windows");
            return os
                    ? new ImagePlatform(parts[0], host().architecture, "")
                    : new ImagePlatform("linux", ARCHITECTURES.getOrDefault(parts[0], parts[0]), "");
        }
        return new ImagePlatform(
                parts[0], ARCHITECTURES.getOrDefault(parts[1], parts[1]), parts.length == 3 ? parts[2] : "");
    }

    /** A descriptor's platform. */
    static ImagePlatform of(JsonNode node) {
        return new ImagePlatform(
                node.path("os").asString(""),
                node.path("architecture").asString(""),
                node.path("variant").asString(""));
    }

    /** Whether an image for {@code other} is what is wanted here. */
    boolean accepts(ImagePlatform other) {
        return os.equals(other.os)
                && architecture.equals(other.architecture)
                && (variant.isEmpty() || other.variant.isEmpty() || variant.equals(other.variant));
    }

    /** Fails with NOT_FOUND where an image is for another platform. */
    void require(String reference, ImageDetails image) {
        ImagePlatform found = new ImagePlatform(image.os(), image.architecture(), image.variant());
        if (!accepts(found)) {
            throw EngineException.notFound("image with reference " + reference
                    + " was found but does not provide the specified platform (" + this + "); it is for " + found);
        }
    }

    /** As documents have it. */
    Map<String, String> json() {
        Map<String, String> json = new LinkedHashMap<>();
        json.put("architecture", architecture);
        json.put("os", os);
        if (!variant.isEmpty()) {
            json.put("variant", variant);
        }
        return json;
    }

    @Override
    public String toString() {
        return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }
}
