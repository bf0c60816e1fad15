package dev.lighter.engine;

import java.util.List;
import java.util.stream.Stream;

/**
 * Why a container of a test has the host's users even where containers have users of their own unless they say otherwise: each is a thing
 * that such a container cannot do, and Docker's neither. With an engine of the other kind nothing is added.
 */
public enum HostUsers {
    /** {@code --privileged} is refused there, as Docker refuses it. */
    FOR_PRIVILEGES,
    /** The host's processes or network are refused there, as Docker refuses them. */
    FOR_THE_HOSTS_NAMESPACES,
    /** Capabilities over what is the host's are refused there, since they would have no effect. */
    FOR_CAPABILITIES,
    /** mknod(2) needs CAP_MKNOD among the host's users. */
    FOR_MAKING_DEVICES,
    /** Files below {@code /proc/sys} but those of a network namespace are written by the host's root alone. */
    FOR_PARAMETERS_OF_THE_KERNEL,
    /** The test looks at the host's numbers of users, as {@code ps} on the host prints them. */
    FOR_NUMBERS_ON_THE_HOST;

    /** These options of the docker command line with, where it is needed, the host's users. */
    public String and(String options) {
        return Engine.hasUserNamespaces() ? (options + " --userns host").strip() : options;
    }

    /** These options of the docker command line with, where it is needed, the host's users. */
    public List<String> and(List<String> options) {
        return Engine.hasUserNamespaces()
                ? Stream.concat(options.stream(), Stream.of("--userns", "host")).toList()
                : options;
    }

    /** These fields of a {@code HostConfig} in JSON with, where it is needed, the host's users. */
    public String andFields(String fields) {
        return Engine.hasUserNamespaces() ? "\"UsernsMode\":\"host\"" + (fields.isEmpty() ? "" : "," + fields) : fields;
    }
}
