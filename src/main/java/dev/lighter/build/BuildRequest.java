package dev.lighter.build;

import dev.lighter.container.ContainerSpec;
import dev.lighter.image.ImageReference;
import dev.lighter.image.registry.Credentials;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to be built, and how; the context comes beside it.
 *
 * @param id by which it can be cancelled; empty for one that is made up
 * @param remote where the context is fetched from: a git repository or a URL; empty when it is sent
 * @param dockerfile its path in the context; empty for the usual
 * @param text the Dockerfile itself, in place of one in the context; null for none
 * @param target the stage to build; empty for the last
 * @param args values of arguments; null for one that only a default is to give
 * @param secrets files for steps by their ids; never in a layer, a history or a row
 * @param credentials who somebody is to registries, by their hosts
 * @param options what changes how, not what
 * @param steps what holds for the containers that steps run in
 */
public record BuildRequest(
        String id,
        String remote,
        String dockerfile,
        @Nullable String text,
        String target,
        List<ImageReference> names,
        Map<String, @Nullable String> args,
        Map<String, String> labels,
        Map<String, byte[]> secrets,
        Map<String, Credentials> credentials,
        Options options,
        Steps steps) {
    /**
     * How it is built.
     *
     * @param noCache whether every step is done again
     * @param pull whether base images are fetched although they are there
     * @param keepContainers whether the containers of steps stay
     * @param cacheFrom images whose steps may be taken
     * @param platform what it is for; empty for this machine
     */
    public record Options(
            boolean noCache, boolean pull, boolean keepContainers, List<String> cacheFrom, String platform) {
        /** As usual. */
        public static final Options USUAL = new Options(false, false, false, List.of(), "");
    }

    /**
     * What steps run in.
     *
     * @param network {@code default}, {@code none}, {@code host}, or the name of a network
     * @param shmBytes the size of their shared memory; 0 for the usual
     */
    public record Steps(
            String network,
            List<String> extraHosts,
            long shmBytes,
            ContainerSpec.Resources resources,
            List<String> securityOptions) {
        /** As usual. */
        public static final Steps USUAL = new Steps(
                "default",
                List.of(),
                0,
                new ContainerSpec.Resources(0, 0, 0, 0, 0, 0, 0, "", "", null, List.of()),
                List.of());
    }
}
