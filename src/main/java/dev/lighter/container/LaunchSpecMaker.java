package dev.lighter.container;

import dev.lighter.image.ImageService;
import dev.lighter.kernel.cgroup.CgroupLimits;
import dev.lighter.launch.LaunchSpec;

/** Turns a container's specification into what the launcher needs. */
final class LaunchSpecMaker {
    private final ImageService images;
    private final ContainerDirectories directories;
    private final ContainerSettings settings;

    LaunchSpecMaker(ImageService images, ContainerDirectories directories, ContainerSettings settings) {
        this.images = images;
        this.directories = directories;
        this.settings = settings;
    }

    /**
     * Makes it.
     *
     * @param hosts the content of {@code /etc/hosts}
     * @param resolvConf the content of {@code /etc/resolv.conf}
     * @param limits those of the control group; who joins one that is there needs none
     */
    LaunchSpec make(Container container, String hosts, String resolvConf, CgroupLimits limits) {
        ContainerSpec spec = container.spec;
        ContainerSpec.Resources resources = spec.resources();
        return new LaunchSpec(
                container.id,
                directories.of(container.id),
                images.layerDirectories(spec.imageId()),
                spec.hostname(),
                spec.domainname(),
                hosts,
                resolvConf,
                spec.command(),
                spec.env(),
                spec.workingDirectory(),
                spec.user(),
                spec.groupAdd(),
                SpecMaker.capabilities(spec),
                spec.securityOptions().stream()
                        .noneMatch(option -> option.replace(':', '=').equals("seccomp=unconfined")),
                spec.securityOptions().stream()
                        .anyMatch(option -> option.startsWith("no-new-privileges") && !option.endsWith("false")),
                spec.readOnlyRoot(),
                spec.streams().openStdin(),
                new LaunchSpec.Resources(
                        resources.cgroupParent(),
                        limits,
                        resources.ulimits().stream()
                                .map(limit -> new LaunchSpec.ResourceLimit(limit.name(), limit.soft(), limit.hard()))
                                .toList(),
                        resources.memoryPressure().oomScoreAdjustment()),
                settings.unattendedLogBytes(),
                spec.streams().terminal(),
                false);
    }
}
