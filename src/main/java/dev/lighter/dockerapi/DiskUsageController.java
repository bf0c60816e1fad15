package dev.lighter.dockerapi;

import dev.lighter.container.ContainerService;
import dev.lighter.container.ContainerView;
import dev.lighter.dockerapi.ContainerSummary.Sizes;
import dev.lighter.error.EngineException;
import dev.lighter.http.DockerVersionFilter;
import dev.lighter.image.BuildCacheUsage;
import dev.lighter.image.ImageService;
import dev.lighter.image.ImageUsage;
import dev.lighter.volume.Volume;
import dev.lighter.volume.VolumeService;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What everything takes on the disk, on Docker's paths. */
@RestController
@Tag(name = "Docker: system")
class DiskUsageController {
    private static final Set<String> TYPES = Set.of("container", "image", "volume", "build-cache");

    private final ImageService images;
    private final ContainerService containers;
    private final ContainerListing listing;
    private final VolumeService volumes;
    private final ObjectProvider<BuildCacheUsage> caches;

    DiskUsageController(
            ImageService images,
            ContainerService containers,
            ContainerListing listing,
            VolumeService volumes,
            ObjectProvider<BuildCacheUsage> caches) {
        this.images = images;
        this.containers = containers;
        this.listing = listing;
        this.volumes = volumes;
        this.caches = caches;
    }

    @GetMapping("/system/df")
    @Operation(
            summary = "What is on the disk",
            description =
                    "The sizes of images are here those of their unpacked layers and their blobs together, so that"
                            + " the sum is what the data directory holds.")
    DiskUsageBody usage(
            @Parameter(description = "container, image, volume, build-cache; all of them where none is named")
                    @RequestParam(name = "type", required = false)
                    @Nullable
                    List<String> types,
            HttpServletRequest request) {
        Set<String> asked = types == null || types.isEmpty() ? TYPES : Set.copyOf(types);
        for (String type : asked) {
            if (!TYPES.contains(type)) {
                throw EngineException.invalid("unknown object type: " + type);
            }
        }
        int version = DockerVersionFilter.minorVersion(request);
        boolean image = asked.contains("image");
        return new DiskUsageBody(
                image ? images.bytesOnDisk() : 0,
                image ? images(version) : null,
                asked.contains("container")
                        ? new String(listing.of(containers.list(), version, this::sizes), StandardCharsets.UTF_8)
                        : null,
                asked.contains("volume") ? volumes() : null,
                asked.contains("build-cache") ? cache() : null);
    }

    private List<ImageSummary> images(int version) {
        return images.list().stream()
                .map(image -> {
                    ImageUsage usage = images.usage(image.id());
                    return ImageSummary.of(
                                    image,
                                    image.repoTags(),
                                    usage.sharedBytes(),
                                    usage.users().size(),
                                    null,
                                    null,
                                    version)
                            .sized(usage.unpackedBytes() + usage.blobBytes());
                })
                .toList();
    }

    private Sizes sizes(ContainerView container) {
        long own = containers.writtenBytes(container.id());
        return new Sizes(own, own + images.sizeBytes(container.spec().imageId()));
    }

    private List<VolumeView> volumes() {
        return volumes.list().stream().map(this::volume).toList();
    }

    private VolumeView volume(Volume volume) {
        int users = volumes.usersOf(volume).size();
        return VolumeView.of(volume, volumes, new VolumeView.Usage(volumes.size(volume.name()), users));
    }

    private List<DiskUsageBody.CacheItem> cache() {
        return caches.stream()
                .flatMap(one -> one.items().stream())
                .map(DiskUsageBody.CacheItem::of)
                .toList();
    }
}
