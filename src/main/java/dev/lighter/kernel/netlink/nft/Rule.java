package dev.lighter.kernel.netlink.nft;

import dev.lighter.kernel.netlink.AttributeWriter;
import dev.lighter.kernel.netlink.IpPrefix;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule that is to be added: conditions from left to right, then what happens:
 * {@code Rule.in(chain).iifname("br0").tcpDport(80).counter().dnat(address, 8080).comment("web")}. Used by one thread.
 */
public final class Rule {
    public static final int TCP = 6;
    public static final int UDP = 17;
    public static final int SCTP = 132;
    private static final int META_MARK = 3;
    private static final int META_IIFNAME = 6;
    private static final int META_OIFNAME = 7;
    private static final int CT_STATE = 0;
    private static final int CT_DIRECTION = 1;
    private static final int CT_STATUS = 2;
    private static final int CT_MARK = 3;
    private static final int STATUS_DNAT = 1 << 5;
    private static final int FIB_ADDRESS_TYPE = 3;
    private static final int FIB_DESTINATION = 2;
    private static final int ADDRESS_LOCAL = 2;

    private final Chain chain;
    private final AttributeWriter expressions = new AttributeWriter();
    private final RuleActions actions;
    private final RuleConditions conditions;
    private @Nullable String comment;

    private Rule(Chain chain) {
        this.chain = chain;
        this.actions = new RuleActions(chain, expressions);
        this.conditions = new RuleConditions(actions, expressions);
    }

    /** A rule for a chain, so far for all packets and without consequence. */
    public static Rule in(Chain chain) {
        return new Rule(chain);
    }

    /** Turns the next condition into its opposite. */
    public Rule not() {
        conditions.invertNext();
        return this;
    }

    /** Came in by the link with this name; by any whose name begins so if the last letter is {@code *}. */
    public Rule iifname(String name) {
        conditions.linkName(META_IIFNAME, name);
        return this;
    }

    /** Goes out by the link with this name; by any whose name begins so if the last letter is {@code *}. */
    public Rule oifname(String name) {
        conditions.linkName(META_OIFNAME, name);
        return this;
    }

    /** Comes from this network. Packets of the other IP family are never meant. */
    public Rule ipSaddr(IpPrefix prefix) {
        conditions.address(prefix, prefix.isV4() ? Load.SOURCE_IPV4 : Load.SOURCE_IPV6);
        return this;
    }

    /** Goes to this network. Packets of the other IP family are never meant. */
    public Rule ipDaddr(IpPrefix prefix) {
        conditions.address(prefix, prefix.isV4() ? Load.DESTINATION_IPV4 : Load.DESTINATION_IPV6);
        return this;
    }

    /** Is of this protocol above IP: {@link #TCP}, {@link #UDP}, {@link #SCTP}, 1 for ICMP, 58 for ICMPv6. */
    public Rule protocol(int number) {
        conditions.protocol(number);
        return this;
    }

    /** Goes to this TCP port. */
    public Rule tcpDport(int port) {
        conditions.port(TCP, Load.DESTINATION_PORT, port, port);
        return this;
    }

    /** Goes to one of these TCP ports. */
    public Rule tcpDport(int first, int last) {
        conditions.port(TCP, Load.DESTINATION_PORT, first, last);
        return this;
    }

    /** Goes to this UDP port. */
    public Rule udpDport(int port) {
        conditions.port(UDP, Load.DESTINATION_PORT, port, port);
        return this;
    }

    /** Goes to one of these UDP ports. */
    public Rule udpDport(int first, int last) {
        conditions.port(UDP, Load.DESTINATION_PORT, first, last);
        return this;
    }

    /** Comes from this TCP port. */
    public Rule tcpSport(int port) {
        conditions.port(TCP, Load.SOURCE_PORT, port, port);
        return this;
    }

    /** Comes from this UDP port. */
    public Rule udpSport(int port) {
        conditions.port(UDP, Load.SOURCE_PORT, port, port);
        return this;
    }

    /** Is to connection tracking in one of these states. */
    public Rule ctState(ConnectionState... states) {
        Expressions.ct(expressions, CT_STATE);
        conditions.anyBit(Arrays.stream(states).mapToInt(state -> state.bit).sum());
        return this;
    }

    /** Belongs to a connection whose destination was translated. */
    public Rule ctStatusDnat() {
        Expressions.ct(expressions, CT_STATUS);
        conditions.anyBit(STATUS_DNAT);
        return this;
    }

    /** Goes in the direction of its connection's first packet. */
    public Rule ctOriginal() {
        Expressions.ct(expressions, CT_DIRECTION);
        conditions.compare((byte) 0);
        return this;
    }

    /** Belongs to a connection with this mark. */
    public Rule ctMark(int mark) {
        Expressions.ct(expressions, CT_MARK);
        conditions.compare(RuleConditions.word(mark));
        return this;
    }

    /** Has this mark. */
    public Rule mark(int mark) {
        Expressions.meta(expressions, META_MARK);
        conditions.compare(RuleConditions.word(mark));
        return this;
    }

    /** Goes to an address of this host's own. */
    public Rule fibDaddrLocal() {
        Expressions.fib(expressions, FIB_ADDRESS_TYPE, FIB_DESTINATION);
        conditions.compare(RuleConditions.word(ADDRESS_LOCAL));
        return this;
    }

    /** Has in these fields what is a key of the set. */
    public Rule in(NftSet set, Load... key) {
        boolean opposite = conditions.takeInversion();
        conditions.loadKey(set, key);
        Expressions.lookup(expressions, set, opposite);
        return this;
    }

    /** What a map to verdicts says for these fields; goes on when it says nothing. */
    public Rule verdictOf(NftSet map, Load... key) {
        conditions.end();
        conditions.loadKey(map, key);
        Expressions.map(expressions, map, 0);
        return this;
    }

    /** Goes on at the address, and port if there is one, that a map gives for these fields; as before when it gives none. */
    public Rule dnatTo(NftSet map, Load... key) {
        conditions.end();
        conditions.loadKey(map, key);
        actions.lookUpDestination(map);
        actions.dnat(map);
        return this;
    }

    /** As {@link #dnatTo}, and counts the packets for which the map gives an address. */
    public Rule countedDnatTo(NftSet map, Load... key) {
        conditions.end();
        conditions.loadKey(map, key);
        actions.lookUpDestination(map);
        counter();
        actions.dnat(map);
        return this;
    }

    /** Counts the packets that come so far. */
    public Rule counter() {
        Expressions.counter(expressions);
        return this;
    }

    /** Lets the packet on. */
    public Rule accept() {
        return verdict(Verdict.ACCEPT);
    }

    /** Drops the packet. */
    public Rule drop() {
        return verdict(Verdict.DROP);
    }

    /** To another chain and, if that decides nothing, back. */
    public Rule jump(Chain to) {
        return verdict(Verdict.jump(to));
    }

    /** To another chain and not back. */
    public Rule goTo(Chain to) {
        return verdict(Verdict.goTo(to));
    }

    /** Back to the chain that led here. */
    public Rule returns() {
        return verdict(Verdict.RETURN);
    }

    /** Goes on at another address, and at another port if that is not 0. */
    public Rule dnat(InetAddress address, int port) {
        actions.nat(RuleActions.DNAT, address, address, port);
        return this;
    }

    /** Comes from another address as far as its destination can see. */
    public Rule snat(InetAddress address) {
        return snat(address, address);
    }

    /** Comes from one of these addresses as far as its destination can see. */
    public Rule snat(InetAddress first, InetAddress last) {
        actions.nat(RuleActions.SNAT, first, last, 0);
        return this;
    }

    /** Comes from the address of the link it goes out by, as far as its destination can see. */
    public Rule masquerade() {
        Expressions.masquerade(expressions, 0);
        return this;
    }

    /** Goes to a port of this host. */
    public Rule redirect(int port) {
        Expressions.immediate(
                expressions, Expressions.FIRST_REGISTER, Field.encode(List.of(Field.PORT), List.of(port)));
        Expressions.redirect(expressions);
        return this;
    }

    /** Drops the packet and tells its sender by ICMP that nobody is there. */
    public Rule reject() {
        actions.reject();
        return this;
    }

    /** Drops a packet of TCP and resets the connection; the rule is for TCP only from here on. */
    public Rule rejectTcp() {
        protocol(TCP);
        actions.rejectTcp();
        return this;
    }

    /** Gives the packet a mark. */
    public Rule setMark(int mark) {
        Expressions.immediate(expressions, Expressions.FIRST_REGISTER, RuleConditions.word(mark));
        Expressions.metaSet(expressions, META_MARK);
        return this;
    }

    /** Gives the packet's connection a mark. */
    public Rule setCtMark(int mark) {
        Expressions.immediate(expressions, Expressions.FIRST_REGISTER, RuleConditions.word(mark));
        Expressions.ctSet(expressions, CT_MARK);
        return this;
    }

    /** Only so many packets a second, after so many at once; the opposite is: only those beyond. */
    public Rule limit(long perSecond, int burst) {
        Expressions.limit(expressions, perSecond, burst, conditions.takeInversion());
        return this;
    }

    /** Writes the packet into the kernel's log, with a prefix of at most 127 bytes. */
    public Rule log(String prefix) {
        actions.log(prefix);
        return this;
    }

    /** Keeps the packet from connection tracking; in chains of priority raw. */
    public Rule notrack() {
        Expressions.notrack(expressions);
        return this;
    }

    /** Lowers the segment size that a TCP connection begins with to what the route out allows. */
    public Rule clampMss() {
        actions.clampMss();
        return this;
    }

    /** Says something about the rule, in at most 127 bytes. */
    public Rule comment(String words) {
        comment = words;
        return this;
    }

    /** Where it is to be. */
    public Chain chain() {
        return chain;
    }

    AttributeWriter expressions() {
        conditions.end();
        return expressions;
    }

    /** What is said about it; null when nothing. */
    public @Nullable String comment() {
        return comment;
    }

    private Rule verdict(Verdict verdict) {
        Expressions.verdict(expressions, verdict);
        return this;
    }
}
