package dev.lighter.launch;

import dev.lighter.kernel.Capabilities;
import dev.lighter.kernel.IdRange;
import dev.lighter.kernel.cgroup.CgroupLimits;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Everything a container is made from, as plain values: what a feature decides and a {@link ContainerLauncher} carries out.
 *
 * @param id the container's 64 hexadecimal digits
 * @param directory the container's own directory on the host, which exists; the launcher keeps its files in it
 * @param layers the directories of the image's layers, lowest first, at least one
 * @param hostname the name of the machine inside
 * @param domainname the NIS domain name inside, empty for none
 * @param hosts the content of {@code /etc/hosts}, hosts(5)
 * @param resolvConf the content of {@code /etc/resolv.conf}, resolv.conf(5)
 * @param arguments the program and its arguments, at least one
 * @param environment {@code NAME=value}, in order; complete but for HOME and PATH, which are filled in when missing
 * @param workingDirectory an absolute path inside, made when missing
 * @param user {@code user}, {@code uid}, {@code user:group} and so on, looked up in the image's own files; empty for root
 * @param supplementaryGroups further group names or ids
 * @param capabilities the names of the capabilities the program has, such as {@code CAP_CHOWN}
 * @param seccomp whether a filter is installed
 * @param noNewPrivileges whether {@code no_new_privs} is set, prctl(2)
 * @param readOnlyRoot whether the root filesystem is mounted read-only
 * @param openStdin whether standard input stays open for attached clients; otherwise it is /dev/null
 * @param resources what the container may use
 * @param log how much of its output is kept
 * @param terminal whether standard input, output and error are a terminal of the container's own devpts
 * @param isolation how far it is kept apart from the host and from other containers
 * @param mounts what is mounted into it
 * @param ids its users and groups
 */
public record LaunchSpec(
        String id,
        Path directory,
        List<Path> layers,
        String hostname,
        String domainname,
        String hosts,
        String resolvConf,
        List<String> arguments,
        List<String> environment,
        String workingDirectory,
        String user,
        List<String> supplementaryGroups,
        Set<String> capabilities,
        boolean seccomp,
        boolean noNewPrivileges,
        boolean readOnlyRoot,
        boolean openStdin,
        Resources resources,
        LogPolicy log,
        boolean terminal,
        LaunchIsolation isolation,
        List<LaunchMount> mounts,
        IdRange ids) {
    /** Where programs are looked for when neither the image nor the user says. */
    public static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** The same container, in which something else is executed. */
    public LaunchSpec executing(Command command) {
        return new LaunchSpec(
                id,
                directory,
                layers,
                hostname,
                domainname,
                hosts,
                resolvConf,
                command.arguments(),
                command.environment(),
                command.workingDirectory(),
                command.user(),
                supplementaryGroups,
                command.privileged() ? Capabilities.resolve(List.of("ALL"), List.of()) : capabilities,
                !command.privileged() && seccomp,
                !command.privileged() && noNewPrivileges,
                readOnlyRoot,
                command.openStdin(),
                resources,
                log,
                command.terminal(),
                command.privileged() ? isolation.withCapabilitiesAsPossible() : isolation,
                mounts,
                ids);
    }

    /**
     * A program to execute in a container that runs.
     *
     * @param arguments the program and its arguments, at least one
     * @param environment {@code NAME=value}, in order; what is missing of HOME, PATH and the like is filled in
     * @param workingDirectory an absolute path inside, which exists
     * @param user as of the container's own specification
     * @param privileged with all capabilities that the engine can give, and without a filter
     * @param openStdin whether it can be written to
     * @param terminal whether standard input, output and error are a terminal
     */
    public record Command(
            List<String> arguments,
            List<String> environment,
            String workingDirectory,
            String user,
            boolean privileged,
            boolean openStdin,
            boolean terminal) {}

    /** Where everything a container writes ends up. */
    public Path upperDirectory() {
        return directory.resolve("upper");
    }

    /**
     * What a container may use.
     *
     * @param cgroupParent where its control group is made, see {@link dev.lighter.kernel.cgroup.Cgroups#create}; empty for the usual place
     * @param limits those of its control group
     * @param resourceLimits rlimits, getrlimit(2)
     * @param oomScoreAdjustment -1000 to 1000, how readily the kernel kills its processes when the machine runs out of memory,
     *     proc_pid_oom_score_adj(5)
     */
    public record Resources(
            String cgroupParent, CgroupLimits limits, List<ResourceLimit> resourceLimits, int oomScoreAdjustment) {
        /** No limits. */
        public static final Resources NONE = new Resources("", CgroupLimits.NONE, List.of(), 0);
    }

    /** One rlimit: the name without RLIMIT_ in lower case ({@code nofile}), soft and hard value (-1: unlimited). */
    public record ResourceLimit(String name, long soft, long hard) {}
}
