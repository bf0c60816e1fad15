package dev.lighter.image;

import org.jspecify.annotations.Nullable;

/**
 * Something that two images' configurations say differently.
 *
 * @param field such as {@code env}, in the words of {@link ImageConfig}
 * @param key which one, where there are several: a variable's name, a label, a port; empty otherwise
 * @param before as the older image says it; null where it does not
 * @param after as the newer image says it; null where it does not
 */
public record ImageSettingChange(
        String field,
        String key,
        @Nullable String before,
        @Nullable String after) {}
