package dev.lighter.image;

import dev.lighter.kernel.IdRange;
import java.nio.file.Path;

/**
 * A directory that is being made a layer of: recorded before it is moved, so that whoever finds it half-way knows whose it is.
 *
 * @param layerId the name that it has as a layer
 * @param origin where it was, and goes back to when nothing comes of it
 * @param ids the users and groups that its files had there
 */
record LayerTaking(String layerId, Path origin, IdRange ids) {}
