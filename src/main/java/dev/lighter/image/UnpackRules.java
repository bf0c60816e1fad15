package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.IdRange;
import org.jspecify.annotations.Nullable;

/**
 * How an archive is unpacked: as a layer, whose names can hide what is below, or into a directory of a tree that is in use.
 *
 * @param isLayer whether names that begin with {@code .wh.} hide
 * @param into the directory that all names are below; empty for the tree's top
 * @param keepKinds whether no directory may take the place of something else, nor the other way round
 * @param owner who owns all of it; null for whom the archive names
 * @param ids the users and groups that both are of
 */
record UnpackRules(
        boolean isLayer, String into, boolean keepKinds, ArchiveExtractor.@Nullable Owner owner, IdRange ids) {
    static final UnpackRules LAYER = new UnpackRules(true, "", false, null, IdRange.SAME);

    String placed(String path) {
        return into.isEmpty() ? path : path.isEmpty() ? into : into + "/" + path;
    }

    TarEntry owned(TarEntry entry) {
        return owner == null && !ids.isMapped()
                ? entry
                : new TarEntry(
                        entry.name(),
                        entry.type(),
                        entry.permissions(),
                        ids.toHost(owner == null ? entry.uid() : owner.uid()),
                        ids.toHost(owner == null ? entry.gid() : owner.gid()),
                        entry.size(),
                        entry.modifiedSeconds(),
                        entry.modifiedNanos(),
                        entry.linkName(),
                        entry.major(),
                        entry.minor(),
                        entry.xattrs());
    }

    /** Refuses what would change the kind of what is there. */
    void check(TarEntry entry, FileCalls.@Nullable Status present) {
        if (present == null || present.isDirectory() == (entry.type() == TarEntry.DIRECTORY)) {
            return;
        }
        String name = TarEntry.readable(entry.name());
        throw EngineException.invalid(
                present.isDirectory()
                        ? "cannot overwrite directory \"" + name + "\" with non-directory \"" + name + "\""
                        : "cannot overwrite non-directory \"" + name + "\" with directory \"" + name + "\"");
    }
}
