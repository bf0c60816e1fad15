package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.image.BlobDescriptor;
import dev.lighter.image.ImageDetails;
import dev.lighter.image.ImageService;
import dev.lighter.image.ImageUsage;
import dev.lighter.image.ImageUsers.ImageUser;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The manifest that an image leaves with, and what it takes on the disk. */
record ImageManifestView(
        @JsonProperty("ID") String id,
        @JsonProperty("Descriptor") Descriptor descriptor,
        @JsonProperty("Available") boolean available,
        @JsonProperty("Size") Size size,
        @JsonProperty("Kind") String kind,
        @JsonProperty("ImageData") Data data) {
    /** A blob as manifests name it, OCI image specification, descriptor. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Descriptor(
            @JsonProperty("mediaType") String mediaType,
            @JsonProperty("digest") String digest,
            @JsonProperty("size") long size,
            @JsonProperty("platform") @Nullable Platform platform) {
        /** Null as long as the image has no manifest. */
        static @Nullable Descriptor of(ImageService images, ImageDetails image) {
            BlobDescriptor manifest = images.manifest(image.id());
            return manifest == null
                    ? null
                    : new Descriptor(manifest.mediaType(), manifest.digest(), manifest.sizeBytes(), Platform.of(image));
        }
    }

    /** What an image is for. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Platform(
            @JsonProperty("architecture") String architecture,
            @JsonProperty("os") String os,
            @JsonProperty("variant") String variant) {
        static Platform of(ImageDetails image) {
            return new Platform(image.architecture(), image.os(), image.variant());
        }
    }

    /** Bytes of blobs, and of these with the unpacked layers. */
    record Size(
            @JsonProperty("Total") long total,
            @JsonProperty("Content") long content) {}

    /** Bytes of the unpacked layers. */
    record Unpacked(@JsonProperty("Unpacked") long unpacked) {}

    /** What containers have of it. */
    record Data(
            @JsonProperty("Platform") Platform platform,
            @JsonProperty("Containers") List<String> containers,
            @JsonProperty("Size") Unpacked size) {}

    /** Null as long as the image has no manifest. */
    static @Nullable ImageManifestView of(ImageService images, ImageDetails image) {
        Descriptor manifest = Descriptor.of(images, image);
        if (manifest == null) {
            return null;
        }
        ImageUsage usage = images.usage(image.id());
        return new ImageManifestView(
                manifest.digest(),
                manifest,
                true,
                new Size(usage.unpackedBytes() + usage.blobBytes(), usage.blobBytes()),
                "image",
                new Data(
                        Platform.of(image),
                        usage.users().stream().map(ImageUser::containerId).toList(),
                        new Unpacked(usage.unpackedBytes())));
    }
}
