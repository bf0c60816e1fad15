package dev.lighter.container;

import dev.lighter.container.ContainerSpec.Isolation;
import dev.lighter.error.EngineException;
import dev.lighter.kernel.IdRange;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which users and groups of the host the users and groups of containers are: those of the host itself, or 65536 that no other container
 * has. Containers that share processes, queues or a network have the same. Safe for all threads.
 */
final class UserRanges {
    private static final int COUNT = 65536;
    /** Above what people and services have, below what counts as negative somewhere. */
    private static final int FIRST = 0x2000_0000;

    private static final int RANGES = 0x4000;
    private static final String HOST = "host";
    private static final String PRIVATE = "private";
    /** What has no effect within a user namespace, since what it is about belongs to the host. */
    private static final Set<String> USELESS = Set.of("SYS_ADMIN", "NET_ADMIN", "SYS_MODULE", "SYS_TIME", "SYS_RAWIO");

    private final ContainerRegistry registry;
    private final boolean usual;
    private int next;

    /**
     * @param usual whether containers that do not say have numbers of their own
     */
    UserRanges(ContainerRegistry registry, boolean usual) {
        this.registry = registry;
        this.usual = usual;
    }

    /** Whether containers that do not say have numbers of their own. */
    boolean usual() {
        return usual;
    }

    /** A specification with its users and groups. Fails with INVALID, in Docker's words, where it cannot have its own. */
    ContainerSpec resolved(ContainerSpec spec, String mode) {
        if (!mode.isEmpty() && !mode.equals(HOST) && !mode.equals(PRIVATE)) {
            throw EngineException.invalid(
                    "invalid userns mode: " + mode + ": HostConfig.UsernsMode is host or private");
        }
        boolean own = mode.equals(PRIVATE) || mode.isEmpty() && usual;
        if (!own) {
            return spec.of(new ContainerSpec.Users(mode, IdRange.SAME));
        }
        check(spec);
        IdRange shared = shared(spec);
        return spec.of(new ContainerSpec.Users(mode, shared == null ? free() : shared));
    }

    private static void check(ContainerSpec spec) {
        Isolation isolation = spec.isolation();
        if (isolation.privileged()) {
            throw EngineException.invalid("privileged mode is incompatible with user namespaces.  You must run the"
                    + " container in the host namespace when running privileged mode");
        }
        if (isolation.pidMode().equals(HOST)) {
            throw EngineException.invalid("cannot share the host PID namespace when user namespaces are enabled: set"
                    + " HostConfig.UsernsMode to host");
        }
        if (spec.network().isHost()) {
            throw EngineException.invalid("cannot share the host's network namespace when user namespaces are enabled:"
                    + " set HostConfig.UsernsMode to host");
        }
        for (String capability : spec.capAdd()) {
            String name = capability.replaceFirst("^(?i)cap_", "").toUpperCase(Locale.ROOT);
            if (USELESS.contains(name)) {
                throw EngineException.invalid("HostConfig.CapAdd: " + capability
                        + " has no effect in a user namespace: set HostConfig.UsernsMode to host");
            }
        }
    }

    private @Nullable IdRange shared(ContainerSpec spec) {
        for (String mode : new String[] {
            spec.isolation().pidMode(),
            spec.isolation().ipcMode(),
            spec.network().mode()
        }) {
            if (SharedNamespaces.isJoined(mode)) {
                return registry.find(mode.substring(mode.indexOf(':') + 1))
                        .spec
                        .users()
                        .ids();
            }
        }
        return null;
    }

    private synchronized IdRange free() {
        Set<Integer> taken = registry.all().stream()
                .map(container -> container.spec.users().ids())
                .filter(IdRange::isMapped)
                .map(IdRange::first)
                .collect(Collectors.toSet());
        for (int tried = 0; tried < RANGES; tried++) {
            int first = FIRST + next * COUNT;
            next = (next + 1) % RANGES;
            if (!taken.contains(first)) {
                return new IdRange(first, COUNT);
            }
        }
        throw EngineException.conflict("all " + RANGES
                + " ranges of users are taken: remove containers, or set HostConfig.UsernsMode to host");
    }
}
