package dev.lighter.container;

import dev.lighter.container.log.LogOptions;
import dev.lighter.container.log.LogSettings;
import dev.lighter.image.ImageService;
import dev.lighter.kernel.cgroup.CgroupLimits;
import dev.lighter.launch.LaunchSpec;
import dev.lighter.launch.LogPolicy;

/** Turns a container's specification into what the launcher needs. */
final class LaunchSpecMaker {
    private static final long PERIOD_MICROS = 100_000;

    private final ImageService images;
    private final ContainerDirectories directories;
    private final ContainerSettings settings;
    private final LogSettings logSettings;

    LaunchSpecMaker(
            ImageService images,
            ContainerDirectories directories,
            ContainerSettings settings,
            LogSettings logSettings) {
        this.images = images;
        this.directories = directories;
        this.settings = settings;
        this.logSettings = logSettings;
    }

    /**
     * Makes it.
     *
     * @param hosts the content of {@code /etc/hosts}
     * @param resolvConf the content of {@code /etc/resolv.conf}
     */
    LaunchSpec make(Container container, String hosts, String resolvConf) {
        ContainerSpec spec = container.spec;
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
                limits(spec.resources()),
                spec.resources().ulimits().stream()
                        .map(limit -> new LaunchSpec.ResourceLimit(limit.name(), limit.soft(), limit.hard()))
                        .toList(),
                logPolicy(spec),
                spec.streams().terminal(),
                false);
    }

    /** How much of a container's output is kept. */
    LogPolicy logPolicy(ContainerSpec spec) {
        return new LogOptions(spec.logDriver(), spec.logOptions()).policy(logSettings, settings.unattendedLogBytes());
    }

    private static CgroupLimits limits(ContainerSpec.Resources resources) {
        long quota = resources.cpuQuota();
        long period = resources.cpuPeriod();
        if (resources.nanoCpus() > 0) {
            period = PERIOD_MICROS;
            quota = resources.nanoCpus() * PERIOD_MICROS / 1_000_000_000L;
        }
        // Docker's default: as much swap as memory.
        long swap = resources.memorySwap() == 0 ? resources.memory() * 2 : resources.memorySwap();
        Long pids = resources.pidsLimit();
        return new CgroupLimits(
                resources.memory(),
                swap,
                resources.memoryReservation(),
                Math.max(0, quota),
                period,
                resources.cpuShares(),
                resources.cpusetCpus(),
                resources.cpusetMems(),
                pids == null ? 0 : Math.max(0, pids));
    }
}
