package dev.lighter.registry;

import dev.lighter.error.EngineException;
import dev.lighter.image.BlobDescriptor;
import dev.lighter.image.ContentStore;
import dev.lighter.image.ImageDetails;
import dev.lighter.image.ImagePublishing;
import dev.lighter.image.ImageReference;
import dev.lighter.image.ImageService;
import dev.lighter.image.PublishedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** The local images as repositories: every name is a tag, and every image has its manifest and blobs. Safe for all threads. */
@Component
class LocalRepositories {
    private final ImageService images;
    private final ImagePublishing publishing;
    private final ContentStore content;

    LocalRepositories(ImageService images, ImagePublishing publishing, ContentStore content) {
        this.images = images;
        this.publishing = publishing;
        this.content = content;
    }

    /** A tag of a repository. */
    record Tag(Repository repository, String tag) {}

    private record Name(ImageDetails image, Repository repository, String tag) {}

    private Stream<Name> names() {
        List<Name> names = new ArrayList<>();
        for (ImageDetails image : images.list()) {
            for (String familiar : image.repoTags()) {
                ImageReference reference = ImageReference.parse(familiar).orLatest();
                Repository.of(reference)
                        .ifPresent(
                                repository -> names.add(new Name(image, repository, String.valueOf(reference.tag()))));
            }
        }
        return names.stream();
    }

    private Stream<Name> names(Repository repository) {
        return names().filter(name -> name.repository().equals(repository));
    }

    /** The names of all repositories. */
    Set<String> repositories() {
        Set<String> repositories = new TreeSet<>();
        names().forEach(name -> repositories.add(name.repository().name()));
        return repositories;
    }

    /** The tags of a repository. */
    Set<String> tags(Repository repository) {
        Set<String> tags = new TreeSet<>();
        names(repository).forEach(name -> tags.add(name.tag()));
        return tags;
    }

    /** The id of the image with this name; an image that is made at its first use is waited for. */
    Optional<String> imageId(Repository repository, String tag) {
        try {
            return Optional.of(images.get(repository.image(tag).familiar()).id());
        } catch (EngineException e) {
            if (e.kind() == EngineException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The ids of all images by their names, as a tag of a repository. */
    Map<Tag, String> imageIds() {
        return names().collect(Collectors.toMap(
                name -> new Tag(name.repository(), name.tag()),
                name -> name.image().id()));
    }

    /** Whether there is an image with this id, under whichever name or none. */
    boolean has(String imageId) {
        return images.list().stream().anyMatch(image -> image.id().equals(imageId));
    }

    /** An image in the form that leaves this machine. */
    PublishedImage published(String imageId) {
        return publishing.publish(imageId);
    }

    /** The image of a repository whose manifest has this digest. */
    Optional<PublishedImage> byManifest(Repository repository, String digest) {
        return publishedIn(repository, digest)
                .filter(image -> image.manifestDescriptor().digest().equals(digest))
                .findFirst();
    }

    /** A configuration or layer of the images of a repository. */
    Optional<BlobDescriptor> blob(Repository repository, String digest) {
        return publishedIn(repository, digest)
                .flatMap(image -> Stream.concat(Stream.of(image.config()), image.layers().stream()))
                .filter(blob -> blob.digest().equals(digest))
                .findFirst();
    }

    /** A repository's images, if what is looked for can be part of one: whatever was published once is kept. */
    private Stream<PublishedImage> publishedIn(Repository repository, String digest) {
        if (content.size(digest).isEmpty()) {
            return Stream.empty();
        }
        return names(repository).map(name -> name.image().id()).distinct().map(publishing::publish);
    }

    /** Takes the repository's names from an image, and removes it where it has no others and nobody uses it. */
    void remove(Repository repository, String imageId) {
        names(repository)
                .filter(name -> name.image().id().equals(imageId))
                .forEach(name -> content.removeName(repository.image(name.tag())));
        removeUnnamed(imageId);
    }

    /** Removes an image that has no names, if nobody uses it. */
    void removeUnnamed(String imageId) {
        try {
            if (images.get(imageId).repoTags().isEmpty()) {
                images.remove(imageId, false);
            }
        } catch (EngineException e) {
            if (e.kind() != EngineException.Kind.NOT_FOUND && e.kind() != EngineException.Kind.CONFLICT) {
                throw e;
            }
        }
    }
}
