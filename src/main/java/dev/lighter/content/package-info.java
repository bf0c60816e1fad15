/** What is in the data directory and who needs it: asked of every feature, compared with what is there. */
@NullMarked
package dev.lighter.content;

import org.jspecify.annotations.NullMarked;
