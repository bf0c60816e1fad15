package dev.lighter.volume;

import java.util.Map;

/**
 * What somebody asks for when creating a volume.
 *
 * @param name empty for a generated one
 * @param driver empty or {@code local}
 * @param options of the driver
 * @param labels the user's
 */
public record VolumeRequest(String name, String driver, Map<String, String> options, Map<String, String> labels) {}
