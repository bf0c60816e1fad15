package dev.lighter.network.host;

/**
 * A setting below {@code /proc/sys/net} that is to be changed, to be recorded before it is. Immutable.
 *
 * @param setting its name, {@code ipv4/ip_forward}
 * @param before the value that was found
 * @param value the value that is needed
 */
public record SettingChange(String setting, String before, String value) {}
