package dev.lighter.container;

import dev.lighter.container.log.LogOptions;
import dev.lighter.container.log.LogSettings;
import dev.lighter.image.ImageService;
import dev.lighter.kernel.cgroup.CgroupLimits;
import dev.lighter.launch.LaunchIsolation;
import dev.lighter.launch.LaunchIsolation.Devices.Mapping;
import dev.lighter.launch.LaunchIsolation.Space;
import dev.lighter.launch.LaunchMount;
import dev.lighter.launch.LaunchSpec;
import dev.lighter.launch.LogPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns a container's specification into what the launcher needs. */
final class LaunchSpecMaker {
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
     * @param mounts what is mounted into it
     * @param limits those of the control group; who joins one that is there needs none
     */
    LaunchSpec make(
            Container container, String hosts, String resolvConf, List<LaunchMount> mounts, CgroupLimits limits) {
        ContainerSpec spec = container.spec;
        ContainerSpec.Resources resources = spec.resources();
        SecurityOptions security = SecurityOptions.parse(spec.securityOptions());
        return new LaunchSpec(
                container.id,
                directories.of(container.id),
                images.layerDirectories(container.rootImageId),
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
                filtered(spec, security),
                security.noNewPrivileges(),
                spec.readOnlyRoot(),
                spec.streams().openStdin(),
                new LaunchSpec.Resources(
                        resources.cgroupParent(),
                        limits,
                        resources.ulimits().stream()
                                .map(limit -> new LaunchSpec.ResourceLimit(limit.name(), limit.soft(), limit.hard()))
                                .toList(),
                        resources.memoryPressure().oomScoreAdjustment()),
                logPolicy(spec),
                spec.streams().terminal(),
                isolation(spec, security),
                mounts,
                spec.users().ids());
    }

    /** A privileged container has no filter unless somebody gives it one of their own. */
    private static boolean filtered(ContainerSpec spec, SecurityOptions security) {
        if (spec.isolation().privileged()) {
            return security.profile() != null;
        }
        return !Boolean.FALSE.equals(security.filter());
    }

    private LaunchIsolation isolation(ContainerSpec spec, SecurityOptions security) {
        ContainerSpec.Isolation asked = spec.isolation();
        boolean open = asked.privileged() || !security.systemPaths();
        List<Integer> console = asked.notes().consoleSize();
        Boolean init = asked.init();
        return new LaunchIsolation(
                asked.privileged(),
                asked.privileged() || spec.capAdd().contains("ALL"),
                security.profile(),
                init == null ? settings.init() : init,
                new LaunchIsolation.Namespaces(
                        space(asked.pidMode()),
                        space(asked.ipcMode()),
                        space(asked.utsMode()),
                        space(asked.cgroupnsMode()),
                        !asked.ipcMode().equals("none")),
                new LaunchIsolation.Devices(
                        asked.devices().stream()
                                .map(device -> new Mapping(
                                        device.pathOnHost(), device.pathInContainer(), device.cgroupPermissions()))
                                .toList(),
                        asked.deviceCgroupRules().stream()
                                .flatMap(rule -> IsolationChecks.deviceRule(rule).stream())
                                .toList()),
                new LaunchIsolation.KernelFiles(
                        paths(asked.maskedPaths(), open, LaunchIsolation.USUALLY_MASKED),
                        paths(asked.readonlyPaths(), open, LaunchIsolation.USUALLY_READ_ONLY),
                        Sysctls.byPath(asked.sysctls()),
                        security.writableControlGroups(),
                        asked.shmSize()),
                console.get(0),
                console.get(1));
    }

    private static List<String> paths(@Nullable List<String> asked, boolean open, List<String> usual) {
        if (open) {
            return List.of();
        }
        return asked == null ? usual : asked;
    }

    private static Space space(String mode) {
        if (SharedNamespaces.isJoined(mode)) {
            return Space.JOINED;
        }
        return mode.equals("host") ? Space.HOST : Space.OWN;
    }

    /** How much of a container's output is kept. */
    LogPolicy logPolicy(ContainerSpec spec) {
        return new LogOptions(spec.logDriver(), spec.logOptions()).policy(logSettings, settings.unattendedLogBytes());
    }
}
