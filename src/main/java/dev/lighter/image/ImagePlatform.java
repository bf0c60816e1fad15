package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.Arch;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A kind of machine that an image is made for, OCI image specification, image index; empty for parts that are not known.
 */
record ImagePlatform(String os, String architecture, String variant) {
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

    @Override
    public String toString() {
        return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }
}
