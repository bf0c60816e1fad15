package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.IdRange;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Unpacks archives that users send into trees that may change meanwhile: every name is resolved as if the tree were the root, for each
 * entry anew, so that no link leads out of it. Safe for all threads.
 */
@Component
public class ArchiveExtractor {
    private final ImageSettings settings;
    private final ImageDirectories directories;

    ArchiveExtractor(ImageSettings settings, ImageDirectories directories) {
        this.settings = settings;
        this.directories = directories;
    }

    /** A user and a group. */
    public record Owner(int uid, int gid) {}

    /**
     * Unpacks an archive, compressed or not.
     *
     * @param root the tree's top
     * @param into the path of a directory in it, which exists, without leading slash; empty for the top itself
     * @param keepKinds whether no directory may take the place of something else, nor the other way round
     * @param owner who is to own all of it; null for whom the archive names
     * @param ids the users and groups that both are of
     */
    public void extract(
            InputStream archive, Fd root, String into, boolean keepKinds, @Nullable Owner owner, IdRange ids)
            throws IOException {
        LoadBudget budget = new LoadBudget(settings, directories.data());
        try (LayerUnpacker unpacker = new LayerUnpacker(
                Path.of(root.procPath()), budget, new UnpackRules(false, into, keepKinds, owner, ids))) {
            unpacker.unpack(new TarReader(Compression.expand(archive, budget), true));
        } catch (TarReader.NotTarException | EOFException e) {
            throw EngineException.invalid("the archive cannot be read: " + e.getMessage());
        }
    }

    /** Whether these bytes begin an archive that {@link #extract} takes, compressed or not. Reads only its beginning. */
    public boolean isArchive(InputStream in) throws IOException {
        try {
            LoadBudget budget = new LoadBudget(settings, directories.data());
            return new TarReader(Compression.expand(in, budget)).next() != null;
        } catch (IOException | EngineException e) {
            return false;
        }
    }
}
