package dev.lighter.network.firewall;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.NetworkNamespace;
import dev.lighter.kernel.netlink.nft.Element;
import dev.lighter.kernel.netlink.nft.Family;
import dev.lighter.kernel.netlink.nft.NftBatch;
import dev.lighter.kernel.netlink.nft.NftMonitor;
import dev.lighter.kernel.netlink.nft.NftSet;
import dev.lighter.kernel.netlink.nft.Nftables;
import dev.lighter.kernel.netlink.nft.RuleInfo;
import dev.lighter.kernel.netlink.nft.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The engine's table in the kernel's packet filter. The table is owned by nobody: it works on when this object is closed and when the
 * engine is gone, until {@link #cleanUp}. What is to be in it is kept in memory, beginning with {@link #rebuild}, so that it can be
 * made again when others flush it. Changes are transactions: no packet sees half of one. Safe for all threads.
 */
public final class Firewall implements AutoCloseable {
    private final NetworkNamespace namespace;
    private final Nftables nft;
    private final StaleFlows flows;
    private final Loopback loopback;
    private final FirewallSettings settings;
    private final FirewallSets sets;
    private final FirewallRules layout;
    private final NetworkElements networkElements;
    private final PublishedElements published;

    private final Map<String, WalledNetwork> networks = new LinkedHashMap<>();
    private FirewallContents contents = new FirewallContents();
    private List<RuleInfo> made = List.of();
    private boolean built;
    private @Nullable FlushWatch watch;

    private Firewall(
            String tableName, FirewallSettings settings, NetworkNamespace namespace, Nftables nft, StaleFlows flows) {
        this.namespace = namespace;
        this.nft = nft;
        this.flows = flows;
        this.settings = settings;
        this.loopback = new Loopback(namespace);
        this.sets = new FirewallSets(new Table(Family.INET, tableName));
        this.layout = new FirewallRules(sets, settings);
        this.networkElements = new NetworkElements(sets);
        this.published = new PublishedElements(sets);
        networkElements.constants(settings, contents);
    }

    /** The table of this name in the calling thread's namespace; nothing is made before {@link #rebuild}. Fails with EPROTONOSUPPORT where the kernel has no packet filter. */
    public static Firewall open(String tableName, FirewallSettings settings) throws IOException {
        try (NetworkNamespace current = NetworkNamespace.current()) {
            return open(tableName, settings, current);
        }
    }

    /** The table of this name in another namespace, which may be closed afterwards. */
    public static Firewall open(String tableName, FirewallSettings settings, NetworkNamespace namespace)
            throws IOException {
        NetworkNamespace own = NetworkNamespace.at(Path.of(namespace.fd().procPath()));
        try {
            Nftables nft = Nftables.open(own);
            try {
                return new Firewall(tableName, settings, own, nft, StaleFlows.open(own));
            } catch (IOException e) {
                nft.close();
                throw e;
            }
        } catch (IOException e) {
            own.close();
            throw e;
        }
    }

    /** What the kernel lacks that a firewall needs, in words; empty when it can do all of it. Tried in a namespace made for it. */
    public static Optional<String> missing() {
        return KernelRequirements.missing();
    }

    /** Makes the table, or makes it anew, with these networks and published ports and nothing else. Keeps the engine's ports and relays. */
    public synchronized void rebuild(Collection<WalledNetwork> allNetworks, Collection<Translation> translations)
            throws ErrnoException {
        Map<String, WalledNetwork> byBridge = new LinkedHashMap<>();
        allNetworks.forEach(network -> byBridge.put(network.firstBridge(), network));
        FirewallContents next = networkElements.of(byBridge.values());
        networkElements.constants(settings, next);
        for (NftSet kept : List.of(sets.enginePorts, sets.relayed)) {
            contents.in(kept).forEach(element -> next.put(kept, element));
        }
        next.apply(published.publish(next, translations));
        make(next);
        networks.clear();
        networks.putAll(byBridge);
        loopback.reachableFrom(networks.values());
    }

    private void make(FirewallContents next) throws ErrnoException {
        NftBatch batch = NftBatch.create().reset(sets.table);
        layout.chains().forEach(batch::add);
        for (NftSet set : sets.all()) {
            batch.add(set).add(set, List.copyOf(next.in(set)));
        }
        layout.rules().forEach(batch::append);
        nft.apply(batch);
        contents = next;
        built = true;
        made = nft.rules(sets.table);
    }

    /** Puts up the walls of a network, in place of those that the network of its first bridge had. */
    public synchronized void add(WalledNetwork network) throws ErrnoException {
        WalledNetwork before = networks.get(network.firstBridge());
        become(before == null ? List.of() : List.of(before), List.of(network));
        loopback.reachableFrom(List.of(network));
    }

    /** Takes the walls of a network away, best when nothing is on it any more: packets of its bridges are nobody's business then. */
    public synchronized void remove(WalledNetwork network) throws ErrnoException {
        WalledNetwork before = networks.get(network.firstBridge());
        if (before != null) {
            loopback.unreachableFrom(List.of(before));
            become(List.of(before), List.of());
        }
    }

    private void become(List<WalledNetwork> gone, List<WalledNetwork> come) throws ErrnoException {
        List<WalledNetwork> others = new ArrayList<>(networks.values());
        others.removeAll(gone);
        apply(networkElements.change(others, gone, come));
        gone.forEach(network -> networks.remove(network.firstBridge()));
        come.forEach(network -> networks.put(network.firstBridge(), network));
    }

    /**
     * Lets the host itself reach ports of containers at 127.0.0.1, by {@code route_localnet} of a bridge; adding a network tries the same
     * for its first bridge. Gives whether it is so: not where there is no such bridge or the setting is read-only.
     */
    public boolean routeLocalnet(String bridge) {
        return loopback.set(List.of(bridge), true).isEmpty();
    }

    /** Publishes ports; those that are published already stay. Fails with EEXIST, and publishes none, where a port goes elsewhere. */
    public void publish(Collection<Translation> translations) throws ErrnoException {
        synchronized (this) {
            apply(published.publish(contents, translations));
        }
        flows.forgetUntranslated(translations);
    }

    /** Ends the publishing of ports, and forgets the connections made by them; those that are not published are no error. */
    public void withdraw(Collection<Translation> translations) throws ErrnoException {
        synchronized (this) {
            apply(published.withdraw(contents, translations));
        }
        flows.forgetTranslated(translations);
    }

    /** Says at which TCP ports the engine itself listens. */
    public void enginePorts(Collection<Integer> ports) throws ErrnoException {
        fill(sets.enginePorts, ports.stream().map(port -> Element.of(port)).toList());
    }

    /** Says at which ports of the host relays of the engine listen in place of containers. */
    public void relays(Collection<RelayedPort> ports) throws ErrnoException {
        fill(
                sets.relayed,
                ports.stream()
                        .map(port -> Element.of(port.protocol(), port.port()))
                        .toList());
    }

    private synchronized void fill(NftSet set, List<Element> elements) throws ErrnoException {
        FirewallContents next = new FirewallContents();
        elements.forEach(element -> next.put(set, element));
        apply(contents.changeTo(next, List.of(set)));
    }

    /** Changes the kernel, then memory. A table that others have just broken is made anew with the change in it. */
    private void apply(ContentsChange change) throws ErrnoException {
        if (built && !change.isEmpty()) {
            try {
                nft.apply(change.toBatch());
            } catch (ErrnoException e) {
                if (!e.is(Errno.ENOENT) && !e.is(Errno.EEXIST)) {
                    throw e;
                }
                contents.apply(change);
                make(contents);
                return;
            }
        }
        contents.apply(change);
    }

    /** Compares the table in the kernel with what it is to be and makes good what differs; gives that in words. */
    public synchronized Optional<String> repair() throws ErrnoException {
        if (!built) {
            return Optional.empty();
        }
        Optional<String> broken = new TableCheck(nft, sets, layout).broken(made);
        if (broken.isPresent()) {
            make(contents);
            return broken;
        }
        ContentsChange change = new ContentsChange();
        for (NftSet set : sets.all()) {
            contents.repair(
                    set, nft.elements(set).stream().map(Element::withoutCounter).toList(), change);
        }
        if (change.isEmpty()) {
            return Optional.empty();
        }
        try {
            nft.apply(change.toBatch());
        } catch (ErrnoException e) {
            make(contents);
        }
        return Optional.of("elements: " + change.asRepair());
    }

    /** From now on repairs the table when others have changed it, within a fraction of a second, and tells in words what it repaired. */
    public synchronized void watch(Consumer<String> repaired) throws IOException {
        if (watch != null) {
            throw new IllegalStateException("the table is watched already");
        }
        watch = FlushWatch.start(NftMonitor.open(namespace), this, repaired);
    }

    /** Whether a transaction is of others and may have changed the table. */
    Predicate<NftMonitor.Transaction> foreign() throws ErrnoException {
        int own = nft.port();
        return transaction -> transaction.port() != own && transaction.touches(sets.table);
    }

    /** All rules with their counters, then what is in the sets and maps. Fails with ENOENT when the table is not there. */
    public List<FirewallRule> rules() throws ErrnoException {
        List<FirewallRule> rules = new ArrayList<>();
        for (RuleInfo rule : nft.rules(sets.table)) {
            rules.add(ElementWords.rule(rule));
        }
        for (NftSet set : sets.all()) {
            for (Element element : nft.elements(set)) {
                rules.add(ElementWords.rule(set, element));
            }
        }
        return rules;
    }

    /** Removes the table and whatever came with it. What was to be in it is forgotten. */
    public synchronized void cleanUp() throws ErrnoException {
        loopback.unreachableFrom(networks.values());
        built = false;
        nft.apply(NftBatch.create().add(sets.table).delete(sets.table));
        networks.clear();
        made = List.of();
        contents = new FirewallContents();
        networkElements.constants(settings, contents);
    }

    /** Ends watching; the table stays. */
    @Override
    public void close() {
        FlushWatch watching;
        synchronized (this) {
            watching = watch;
            watch = null;
        }
        if (watching != null) {
            watching.close();
        }
        flows.close();
        nft.close();
        namespace.close();
    }
}
