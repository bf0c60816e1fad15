package dev.lighter.launch;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a container's program needs to know besides its specification: what was looked up on the machine and in the image.
 *
 * @param uid the user id the program runs as
 * @param gid the group id
 * @param groups the supplementary group ids
 * @param home the home directory
 * @param taskFiles the version 1 control group files to join
 * @param unifiedCgroup the version 2 control group that the container is born in, or null where there is none
 * @param seccompFilter an array of {@code struct sock_filter}, or null for none
 * @param capabilities the mask of the capabilities that stay
 * @param heldCapabilities the mask of what this process itself has
 * @param lastCapability the kernel's highest capability number
 * @param devices the device files that it has besides the usual
 */
record ProgramFacts(
        int uid,
        int gid,
        List<Integer> groups,
        String home,
        List<Path> taskFiles,
        @Nullable Path unifiedCgroup,
        byte @Nullable [] seccompFilter,
        long capabilities,
        long heldCapabilities,
        int lastCapability,
        List<DeviceNode> devices) {}
