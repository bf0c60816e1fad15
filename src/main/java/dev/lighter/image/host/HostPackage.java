package dev.lighter.image.host;

import java.util.List;

/**
 * A package that is installed on this host.
 *
 * @param depends what it needs before and while it works: of each list one
 * @param provides the names that it also answers to
 * @param essential whether every other package relies on it without saying so
 */
record HostPackage(
        String name,
        String version,
        String architecture,
        List<List<String>> depends,
        List<String> provides,
        boolean essential) {}
