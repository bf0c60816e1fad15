package dev.lighter.kernel.netlink.nft;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.Attributes;
import dev.lighter.kernel.netlink.NetlinkMessage;
import dev.lighter.kernel.netlink.NetlinkRequest;
import dev.lighter.kernel.netlink.NetlinkSocket;
import dev.lighter.kernel.netlink.NetworkNamespace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The packet filter of one network namespace: what is in it, and transactions that change it. Open until closed; safe for all threads.
 *
 * @see <a href="https://man7.org/linux/man-pages/man8/nft.8.html">nft(8)</a>
 */
public final class Nftables implements AutoCloseable {
    private static final int GENERATION = 1;
    private static final int NAME_IN_TABLE = 1;
    private static final int CHAIN_NAME = 3;
    private static final int CHAIN_HOOK = 4;
    private static final int CHAIN_POLICY = 5;
    private static final int CHAIN_TYPE = 7;
    private static final int HOOK_NUMBER = 1;
    private static final int HOOK_PRIORITY = 2;
    private static final int HOOK_DEVICE = 3;
    private static final int SET_NAME = 2;

    private final NetlinkSocket socket;

    private Nftables(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** For the calling thread's namespace. Fails with EPROTONOSUPPORT where the kernel has no packet filter. */
    public static Nftables open() throws ErrnoException {
        return new Nftables(NetlinkSocket.open(NetlinkSocket.Protocol.NETFILTER));
    }

    /** For another namespace, which may be closed afterwards. */
    public static Nftables open(NetworkNamespace namespace) throws IOException {
        return new Nftables(NetlinkSocket.open(NetlinkSocket.Protocol.NETFILTER, namespace));
    }

    /** Makes all changes of a batch at once, or throws the first failure, with others as suppressed exceptions, and makes none. */
    public void apply(NftBatch batch) throws ErrnoException {
        socket.transact(batch.begin(), batch.requests(), NftMessages.end());
    }

    /** A number that every change by anybody makes another. */
    public int generation() throws ErrnoException {
        return socket.ask(NftMessages.GETGEN.request(0, 0, "generation"))
                .get(0)
                .attributes(NftMessages.STRUCT)
                .be32(GENERATION, 0);
    }

    /** All tables of all families that this library knows. */
    public List<Table> tables() throws ErrnoException {
        List<Table> tables = new ArrayList<>();
        for (NetlinkMessage message : dump(NftMessages.GETTABLE, NftMessages.NEWTABLE, 0, "all", null)) {
            tables.add(table(message));
        }
        return tables;
    }

    /** The chains of a table. */
    public List<Chain> chains(Table table) throws ErrnoException {
        List<Chain> chains = new ArrayList<>();
        for (NetlinkMessage message :
                dump(NftMessages.GETCHAIN, NftMessages.NEWCHAIN, table.family().number, table, null)) {
            if (table(message).equals(table)) {
                chains.add(chain(table, message.attributes(NftMessages.STRUCT)));
            }
        }
        return chains;
    }

    /** The rules of a table, chain by chain in their order. */
    public List<RuleInfo> rules(Table table) throws ErrnoException {
        List<RuleInfo> rules = new ArrayList<>();
        for (NetlinkMessage message :
                dump(NftMessages.GETRULE, NftMessages.NEWRULE, table.family().number, table, table.name())) {
            if (table(message).equals(table)) {
                rules.add(RuleInfo.parse(message));
            }
        }
        return rules;
    }

    /** The rules of a chain in their order. */
    public List<RuleInfo> rules(Chain chain) throws ErrnoException {
        return rules(chain.table()).stream()
                .filter(rule -> rule.chain().equals(chain.name()))
                .toList();
    }

    /** The names of a table's sets and maps. */
    public List<String> sets(Table table) throws ErrnoException {
        List<String> names = new ArrayList<>();
        for (NetlinkMessage message :
                dump(NftMessages.GETSET, NftMessages.NEWSET, table.family().number, table, table.name())) {
            if (table(message).equals(table)) {
                names.add(text(message.attributes(NftMessages.STRUCT), SET_NAME));
            }
        }
        return names;
    }

    /** What is in a set or map. Fails with ENOENT. */
    public List<Element> elements(NftSet set) throws ErrnoException {
        List<SetMessages.ReadElement> read = new ArrayList<>();
        for (NetlinkMessage message : socket.dump(SetMessages.request(NftMessages.GETSETELEM, set, 0))) {
            if (NftMessages.NEWSETELEM.is(message.type())) {
                read.addAll(SetMessages.parse(set, message.attributes(NftMessages.STRUCT)));
            }
        }
        return set.intervals() && set.key().size() == 1
                ? ranges(set, read)
                : read.stream().map(SetMessages.ReadElement::element).toList();
    }

    /** Makes ranges of first keys and the first keys beyond. */
    private static List<Element> ranges(NftSet set, List<SetMessages.ReadElement> read) {
        read.sort(Comparator.comparing(SetMessages.ReadElement::key, Arrays::compareUnsigned)
                .thenComparing(element -> !element.marksEnd()));
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < read.size(); i++) {
            Element first = read.get(i).element();
            if (read.get(i).marksEnd()) {
                continue;
            }
            byte[] last = new byte[read.get(i).key().length];
            Arrays.fill(last, (byte) 0xff);
            if (i + 1 < read.size()) {
                last = Element.previous(read.get(i + 1).key());
            }
            elements.add(
                    Arrays.equals(last, read.get(i).key())
                            ? first
                            : first.upTo(Field.decode(set.key(), last).toArray()));
        }
        return elements;
    }

    private static Chain chain(Table table, Attributes attributes) throws ErrnoException {
        String name = text(attributes, CHAIN_NAME);
        if (!attributes.has(CHAIN_HOOK)) {
            return table.chain(name);
        }
        Attributes hook = attributes.nested(CHAIN_HOOK);
        int number = hook.be32(HOOK_NUMBER, 0);
        Chain.Hook[] hooks = Chain.Hook.values();
        Chain.Hook at = table.family() == Family.NETDEV || number >= hooks.length ? Chain.Hook.INGRESS : hooks[number];
        return new Chain(
                table,
                name,
                new Chain.Base(
                        Chain.Type.valueOf(text(attributes, CHAIN_TYPE).toUpperCase(Locale.ROOT)),
                        at,
                        hook.be32(HOOK_PRIORITY, 0),
                        attributes.be32(CHAIN_POLICY, 1) == 0 ? Chain.Policy.DROP : Chain.Policy.ACCEPT,
                        hook.string(HOOK_DEVICE)));
    }

    private List<NetlinkMessage> dump(
            NftMessages get, NftMessages answer, int family, Object subject, @Nullable String table)
            throws ErrnoException {
        NetlinkRequest request = get.request(family, 0, subject);
        if (table != null) {
            request.attributes().string(NAME_IN_TABLE, table);
        }
        List<NetlinkMessage> messages = new ArrayList<>();
        for (NetlinkMessage message : socket.dump(request)) {
            if (answer.is(message.type())
                    && Family.knows(message.need(NftMessages.STRUCT).get(0))) {
                messages.add(message);
            }
        }
        return messages;
    }

    static Table table(NetlinkMessage message) throws ErrnoException {
        Family family = Family.of(message.need(NftMessages.STRUCT).get(0));
        return new Table(family, text(message.attributes(NftMessages.STRUCT), NAME_IN_TABLE));
    }

    static String text(Attributes attributes, int type) {
        return Objects.requireNonNullElseGet(attributes.string(type), () -> "");
    }

    /** The number that {@link NftMonitor} tells of for changes that are made through this object. */
    public int port() throws ErrnoException {
        return socket.port();
    }

    @Override
    public void close() {
        socket.close();
    }
}
