package dev.lighter.kernel.netlink.nft;

import dev.lighter.kernel.netlink.NetlinkRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Changes that the kernel makes all at once or not at all, in their order: no packet ever sees half of them. Collected by one thread, then
 * given to {@link Nftables#apply}.
 */
public final class NftBatch {
    private static final int TABLE = 1;
    private static final int TABLE_FLAGS = 2;
    private static final int OWNED = 2;
    private static final int CHAIN_NAME = 3;
    private static final int CHAIN_HOOK = 4;
    private static final int CHAIN_POLICY = 5;
    private static final int CHAIN_TYPE = 7;
    private static final int HOOK_NUMBER = 1;
    private static final int HOOK_PRIORITY = 2;
    private static final int HOOK_DEVICE = 3;
    private static final int RULE_CHAIN = 2;
    private static final int RULE_HANDLE = 3;
    private static final int RULE_EXPRESSIONS = 4;
    private static final int RULE_POSITION = 6;
    private static final int RULE_COMMENT = 7;

    private final List<NetlinkRequest> requests = new ArrayList<>();
    private int generation;
    private int sets;

    /** Nothing collected yet. */
    public static NftBatch create() {
        return new NftBatch();
    }

    /** Only if nobody has changed anything since this generation ({@link Nftables#generation}); else applying fails with ERESTART. */
    public NftBatch onlyIfGeneration(int number) {
        generation = number;
        return this;
    }

    /** Adds a table unless it is there. */
    public NftBatch add(Table table) {
        return collect(onTable(NftMessages.NEWTABLE, table, NetlinkRequest.CREATE));
    }

    /** Adds a table that only this socket can change and that goes when the socket is closed; since Linux 5.12. */
    public NftBatch addOwned(Table table) {
        return collect(
                onTable(NftMessages.NEWTABLE, table, NetlinkRequest.CREATE).with(a -> a.be32(TABLE_FLAGS, OWNED)));
    }

    /** Removes a table with all that is in it. Fails with ENOENT. */
    public NftBatch delete(Table table) {
        return collect(onTable(NftMessages.DELTABLE, table, 0));
    }

    /** Adds a table, empty even if it was there. */
    public NftBatch reset(Table table) {
        return add(table).delete(table).add(table);
    }

    /** Adds a chain, or changes its policy. */
    public NftBatch add(Chain chain) {
        NetlinkRequest request = request(NftMessages.NEWCHAIN, chain.table(), chain, NetlinkRequest.CREATE)
                .with(a -> a.string(CHAIN_NAME, chain.name()));
        Chain.Base base = chain.base();
        if (base != null) {
            request.attributes()
                    .nested(CHAIN_HOOK, hook -> {
                        hook.be32(HOOK_NUMBER, base.hook().number(chain.table().family()))
                                .be32(HOOK_PRIORITY, base.priority());
                        if (base.device() != null) {
                            hook.string(HOOK_DEVICE, base.device());
                        }
                    })
                    .be32(CHAIN_POLICY, base.policy().ordinal())
                    .string(CHAIN_TYPE, base.type().name().toLowerCase(Locale.ROOT));
        }
        return collect(request);
    }

    /** Removes a chain with its rules. Fails with EBUSY when another rule leads to it, with ENOENT when there is none. */
    public NftBatch delete(Chain chain) {
        return collect(
                request(NftMessages.DELCHAIN, chain.table(), chain, 0).with(a -> a.string(CHAIN_NAME, chain.name())));
    }

    /** Removes all rules of a chain. */
    public NftBatch flush(Chain chain) {
        return collect(onChain(NftMessages.DELRULE, chain, 0));
    }

    /** Adds a rule behind the others of its chain. */
    public NftBatch append(Rule rule) {
        return collect(rule(rule, NetlinkRequest.CREATE | NetlinkRequest.APPEND));
    }

    /** Adds a rule before the others of its chain. */
    public NftBatch prepend(Rule rule) {
        return collect(rule(rule, NetlinkRequest.CREATE));
    }

    /** Adds a rule before another, given by its handle. Fails with ENOENT. */
    public NftBatch insertBefore(long handle, Rule rule) {
        return collect(rule(rule, NetlinkRequest.CREATE).with(a -> a.be64(RULE_POSITION, handle)));
    }

    /** Puts a rule in the place of another, given by its handle. Fails with ENOENT. */
    public NftBatch replace(long handle, Rule rule) {
        return collect(rule(rule, NetlinkRequest.REPLACE).with(a -> a.be64(RULE_HANDLE, handle)));
    }

    /** Removes a rule, given by its handle. Fails with ENOENT. */
    public NftBatch deleteRule(Chain chain, long handle) {
        return collect(onChain(NftMessages.DELRULE, chain, 0).with(a -> a.be64(RULE_HANDLE, handle)));
    }

    /** Adds a set or map. */
    public NftBatch add(NftSet set) {
        sets++;
        return collect(SetMessages.add(set, sets));
    }

    /** Removes a set or map. Fails with EBUSY when a rule uses it. */
    public NftBatch delete(NftSet set) {
        return collect(SetMessages.delete(set));
    }

    /** Removes all elements of a set or map. */
    public NftBatch flush(NftSet set) {
        return collect(SetMessages.flush(set));
    }

    /** Adds elements; those that are there stay. Fails with EEXIST when a map has another value for a key. */
    public NftBatch add(NftSet set, Element... elements) {
        return add(set, List.of(elements));
    }

    /** Adds elements; see {@link #add(NftSet, Element...)}. */
    public NftBatch add(NftSet set, List<Element> elements) {
        requests.addAll(SetMessages.elements(NftMessages.NEWSETELEM, NetlinkRequest.CREATE, set, elements));
        return this;
    }

    /** Removes elements, given by their keys. Fails with ENOENT when one is not there. */
    public NftBatch delete(NftSet set, Element... elements) {
        return delete(set, List.of(elements));
    }

    /** Removes elements; see {@link #delete(NftSet, Element...)}. */
    public NftBatch delete(NftSet set, List<Element> elements) {
        requests.addAll(SetMessages.elements(NftMessages.DELSETELEM, 0, set, elements));
        return this;
    }

    List<NetlinkRequest> requests() {
        return requests;
    }

    NetlinkRequest begin() {
        return NftMessages.begin(generation);
    }

    private NftBatch collect(NetlinkRequest request) {
        requests.add(request);
        return this;
    }

    private static NetlinkRequest rule(Rule rule, int flags) {
        byte[] expressions = rule.expressions().toBytes();
        NetlinkRequest request = onChain(NftMessages.NEWRULE, rule.chain(), flags)
                .with(a -> a.nested(RULE_EXPRESSIONS, expressions, list -> {}));
        String comment = rule.comment();
        if (comment != null) {
            request.attributes().bytes(RULE_COMMENT, Comments.encode(comment));
        }
        return request;
    }

    private static NetlinkRequest onChain(NftMessages what, Chain chain, int flags) {
        return request(what, chain.table(), chain, flags).with(a -> a.string(RULE_CHAIN, chain.name()));
    }

    private static NetlinkRequest onTable(NftMessages what, Table table, int flags) {
        return request(what, table, table, flags);
    }

    private static NetlinkRequest request(NftMessages what, Table table, Object subject, int flags) {
        return what.request(table.family().number, flags, subject).with(a -> a.string(TABLE, table.name()));
    }
}
