package dev.lighter.registry;

import dev.lighter.error.EngineException;
import dev.lighter.image.ImageReference;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A repository of this registry, by the name that users of local images know: {@code app} is the same as {@code library/app}, and an image
 * from elsewhere has its host in front.
 *
 * @param name the name in its short form
 */
public record Repository(String name) {
    private static final int LONGEST = 255;
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");
    private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

    /** Reads a name out of a request; fails with NAME_INVALID. */
    public static Repository of(String path) {
        if (path.length() <= LONGEST && NAME.matcher(path).matches()) {
            try {
                return new Repository(ImageReference.parse(path).familiarRepository());
            } catch (EngineException e) {
                throw new RegistryException(RegistryError.NAME_INVALID, e.getMessage() + ": " + path);
            }
        }
        throw new RegistryException(
                RegistryError.NAME_INVALID,
                "invalid repository name " + path + ": use lower-case words with '/', '.', '_' and '-' between them");
    }

    /** The repository of a local image's name; empty where a request cannot name it, because its host has a port. */
    static Optional<Repository> of(ImageReference image) {
        String familiar = image.familiarRepository();
        return NAME.matcher(familiar).matches() ? Optional.of(new Repository(familiar)) : Optional.empty();
    }

    /** The name of a local image for a tag here. */
    ImageReference image(String tag) {
        return ImageReference.parse(name + ":" + tag);
    }

    /** Whether a reference is a tag. */
    static boolean isTag(String reference) {
        return TAG.matcher(reference).matches();
    }

    /** Whether a reference is a digest of the algorithm that is kept here. */
    public static boolean isDigest(String reference) {
        return DIGEST.matcher(reference).matches();
    }

    /** A digest that a client sent; fails with DIGEST_INVALID. */
    public static String checkedDigest(String text) {
        if (!isDigest(text)) {
            throw new RegistryException(
                    RegistryError.DIGEST_INVALID,
                    "invalid digest " + text + ": content here is known by sha256: and 64 lower-case digits");
        }
        return text;
    }
}
