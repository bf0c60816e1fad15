package dev.lighter.image;

import dev.lighter.kernel.IdRange;
import java.nio.file.Path;

/**
 * A directory as overlay leaves it: what was written on top of an image, deletions as character devices 0/0, opaque directories by
 * attribute.
 *
 * @param directory where it is; nobody writes into it any more, or everybody who does is frozen
 * @param taken whether it may be taken away from where it is (renamed, no byte is copied); otherwise it is copied
 * @param ids the users and groups that its files have, to be counted back to those of the container
 */
public record WrittenLayer(Path directory, boolean taken, IdRange ids) {}
