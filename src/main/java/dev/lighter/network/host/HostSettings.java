package dev.lighter.network.host;

import dev.lighter.kernel.netlink.NetworkNamespace;
import dev.lighter.kernel.netlink.route.Link;
import dev.lighter.kernel.netlink.route.RouteNetlink;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of a network namespace that containers' networks need. First a plan says what would change and what it was, so that the
 * caller can record it; then the plan is carried out; later the same changes are undone, as far as nobody has set something else since. Safe for
 * all threads, but two plans at once would each take the other's values for those of the host.
 *
 * @see <a href="https://docs.kernel.org/networking/ip-sysctl.html">ip-sysctl</a>
 */
public final class HostSettings implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HostSettings.class);
    private static final String FORWARD4 = "ipv4/ip_forward";
    private static final String BACKLOG = "core/netdev_max_backlog";
    private static final String FORWARD6 = "ipv6/conf/all/forwarding";
    private static final String ADVERTISEMENTS_ALSO_AS_ROUTER = "2";
    private static final List<String> NEIGHBOURS = List.of("gc_thresh1", "gc_thresh2", "gc_thresh3");

    private final NetworkNamespace namespace;
    private final RouteNetlink route;

    private HostSettings(NetworkNamespace namespace, RouteNetlink route) {
        this.namespace = namespace;
        this.route = route;
    }

    /** Those of a namespace, which is the caller's to close after this. */
    public static HostSettings of(NetworkNamespace namespace) throws IOException {
        return new HostSettings(namespace, RouteNetlink.open(namespace));
    }

    /** What has to change so that packets of IPv4 are forwarded; nothing where they are. */
    public List<SettingChange> planForwarding4() throws IOException {
        return need(FORWARD4, "1");
    }

    /**
     * What has to change so that packets of IPv6 are forwarded; nothing where they are. A host that forwards ignores the advertisements of
     * routers, from which it may have its own address and way out: links that heed them now are told to do so also then, before
     * anything is forwarded. Each link is in the plan, also where it forwards already: the setting for all of them changes each, on and off.
     */
    public List<SettingChange> planForwarding6() throws IOException {
        List<SettingChange> forwarding = need(FORWARD6, "1");
        if (forwarding.isEmpty()) {
            return forwarding;
        }
        List<SettingChange> changes = new ArrayList<>();
        List<SettingChange> ofLinks = new ArrayList<>();
        for (Link link : route.links().list()) {
            String conf = "ipv6/conf/" + link.name() + "/";
            String forwards = find(conf + "forwarding");
            if (forwards != null) {
                ofLinks.add(new SettingChange(conf + "forwarding", forwards, "1"));
            }
            if ("0".equals(forwards) && !link.name().equals("lo") && "1".equals(find(conf + "accept_ra"))) {
                changes.addAll(need(conf + "accept_ra", ADVERTISEMENTS_ALSO_AS_ROUTER));
            }
        }
        changes.addAll(ofLinks);
        changes.addAll(need("ipv6/conf/default/forwarding", "1"));
        changes.addAll(forwarding);
        return changes;
    }

    /**
     * What has to change so that the tables of neighbours, one for each IP family, hold so many endpoints; never less than they hold. The
     * kernel keeps these for the whole machine: elsewhere than in the first namespace they cannot be changed, and nothing is planned.
     */
    public List<SettingChange> planNeighbours(int endpoints) throws IOException {
        List<SettingChange> changes = new ArrayList<>();
        for (String family : List.of("ipv4", "ipv6")) {
            for (int i = NEIGHBOURS.size() - 1; i >= 0; i--) {
                String setting = family + "/neigh/default/" + NEIGHBOURS.get(i);
                String present = find(setting);
                // The kernel begins to drop entries at the second, and refuses new ones at the third.
                long wanted = (long) endpoints << i;
                if (present != null && Long.parseLong(present) < wanted) {
                    changes.add(
                            new SettingChange(setting, present, String.valueOf(Math.min(wanted, Integer.MAX_VALUE))));
                }
            }
        }
        // A question to all neighbours waits once for each of them.
        String backlog = find(BACKLOG);
        if (backlog != null && Long.parseLong(backlog) < endpoints) {
            changes.add(new SettingChange(BACKLOG, backlog, String.valueOf(endpoints)));
        }
        return changes;
    }

    private List<SettingChange> need(String setting, String value) throws IOException {
        String present = find(setting);
        return present == null || present.equals(value)
                ? List.of()
                : List.of(new SettingChange(setting, present, value));
    }

    /** Null where the kernel or the namespace has no such setting. */
    private @Nullable String find(String setting) throws IOException {
        try {
            return namespace.setting(setting);
        } catch (FileNotFoundException | NoSuchFileException e) {
            return null;
        }
    }

    /** Carries out a plan in its order. Fails when a setting is not to be written; those before it are undone then. */
    public void apply(List<SettingChange> changes) throws IOException {
        List<SettingChange> done = new ArrayList<>();
        try {
            for (SettingChange change : changes) {
                done.add(change);
                namespace.set(change.setting(), change.value());
            }
        } catch (IOException e) {
            restore(done);
            throw e;
        }
    }

    /**
     * Undoes changes in the reverse order, each only where the setting still has the value that it was given: what somebody else has set
     * since stays, and so do settings of links that are gone. Gives those that were undone.
     */
    public List<SettingChange> restore(List<SettingChange> changes) {
        List<SettingChange> restored = new ArrayList<>();
        for (int i = changes.size() - 1; i >= 0; i--) {
            if (isStill(changes.get(i))) {
                restored.add(changes.get(i));
            }
        }
        restored.removeIf(change -> !putBack(change));
        return restored;
    }

    private boolean isStill(SettingChange change) {
        try {
            return change.value().equals(find(change.setting()));
        } catch (IOException e) {
            log.warn("{} stays as it is: {}", change.setting(), e.getMessage());
            return false;
        }
    }

    private boolean putBack(SettingChange change) {
        try {
            namespace.set(change.setting(), change.before());
            return true;
        } catch (IOException e) {
            log.warn("{} stays {}: {}", change.setting(), change.value(), e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        route.close();
    }
}
