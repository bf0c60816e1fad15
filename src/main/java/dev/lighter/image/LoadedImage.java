package dev.lighter.image;

/**
 * An image that a load brought.
 *
 * @param name its name as users know it, or empty where the archive gives it none
 * @param id its id
 */
public record LoadedImage(String name, String id) {}
