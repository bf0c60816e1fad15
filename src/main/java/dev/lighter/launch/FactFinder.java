package dev.lighter.launch;

import dev.lighter.kernel.Arch;
import dev.lighter.kernel.Capabilities;
import dev.lighter.kernel.KernelVersion;
import dev.lighter.kernel.cgroup.Cgroup;
import dev.lighter.kernel.seccomp.SeccompFilter;
import dev.lighter.kernel.seccomp.SeccompProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Looks up what a program needs to know about the machine and the image. Safe for all threads. */
final class FactFinder {
    private final UserLookup users = new UserLookup();
    private final long held;
    private final int lastCapability;

    FactFinder() throws IOException {
        held = heldCapabilities();
        lastCapability = Capabilities.last();
    }

    ProgramFacts find(LaunchSpec spec, Cgroup cgroup, List<DeviceNode> devices) throws IOException, LaunchException {
        UserLookup.Account user =
                users.find(spec.layers(), spec.upperDirectory(), spec.user(), spec.supplementaryGroups());
        long wanted = Capabilities.maskOf(spec.capabilities());
        if (spec.isolation().capabilitiesAsPossible()) {
            // All that there are: of those that the engine itself lacks nobody could give any.
            wanted &= held;
        }
        if ((wanted & ~held) != 0) {
            List<String> missing = List.copyOf(Capabilities.namesOf(wanted & ~held));
            throw new LaunchException(
                    "the capabilities " + missing + " cannot be given: the engine does not have them itself; leave"
                            + " them out of --cap-add, or start the engine with them",
                    128);
        }
        return new ProgramFacts(
                user.uid(),
                user.gid(),
                user.groups(),
                user.home(),
                cgroup.taskFiles(),
                cgroup.unifiedDirectory().orElse(null),
                spec.seccomp() ? filter(spec) : null,
                wanted,
                held,
                lastCapability,
                devices);
    }

    private static byte[] filter(LaunchSpec spec) throws LaunchException {
        SeccompProfile profile = spec.isolation().profile();
        if (profile == null) {
            return SeccompFilter.compile(Arch.host(), spec.capabilities());
        }
        KernelVersion kernel = KernelVersion.host();
        if (spec.isolation().init()) {
            for (String call : InitProgram.CALLS) {
                requireAllowed(profile.allows(kernel, spec.capabilities(), call), call);
            }
            requireAllowed(profile.allows(kernel, spec.capabilities(), "clone", InitProgram.CLONE_FLAGS), "clone");
        }
        return profile.compile(Arch.host(), kernel, spec.capabilities());
    }

    private static void requireAllowed(boolean allowed, String call) throws LaunchException {
        if (!allowed) {
            throw new LaunchException(
                    "the seccomp profile does not allow " + call
                            + ", which process 1 of a container with an init needs:"
                            + " allow it, or do without --init",
                    128);
        }
    }

    ContainerLauncher.User user(LaunchSpec spec) throws IOException, LaunchException {
        UserLookup.Account user =
                users.find(spec.layers(), spec.upperDirectory(), spec.user(), spec.supplementaryGroups());
        return new ContainerLauncher.User(user.uid(), user.gid());
    }

    private static long heldCapabilities() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("CapEff:")) {
                return Long.parseUnsignedLong(line.substring(7).strip(), 16);
            }
        }
        throw new IOException("/proc/self/status has no line CapEff");
    }
}
