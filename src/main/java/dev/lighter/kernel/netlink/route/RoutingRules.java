package dev.lighter.kernel.netlink.route;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.NetlinkMessage;
import dev.lighter.kernel.netlink.NetlinkRequest;
import dev.lighter.kernel.netlink.NetlinkSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Which table of routes is asked for a packet.
 *
 * @see <a href="https://man7.org/linux/man-pages/man8/ip-rule.8.html">ip-rule(8)</a>
 */
public final class RoutingRules {
    private static final int NEW = 32;
    private static final int DELETE = 33;
    private static final int GET = 34;

    private final NetlinkSocket socket;
    private final Changes changes;

    RoutingRules(NetlinkSocket socket, Changes changes) {
        this.socket = socket;
        this.changes = changes;
    }

    /** All rules of both families that lead to a table, in the order of their priorities within a family. */
    public List<RoutingRule> list() throws ErrnoException {
        List<RoutingRule> rules = new ArrayList<>();
        for (NetlinkMessage message :
                socket.dump(NetlinkRequest.of("RTM_GETRULE", GET, 0, "all", new byte[RoutingRule.STRUCT]))) {
            RoutingRule rule = message.type() == NEW ? RoutingRule.parse(message) : null;
            if (rule != null) {
                rules.add(rule);
            }
        }
        return rules;
    }

    /** Adds a rule. Fails with EEXIST when it is there. */
    public void add(RoutingRule rule) throws ErrnoException {
        changes.make(rule.request("RTM_NEWRULE", NEW, NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE));
    }

    /** Removes a rule. Fails with ENOENT. */
    public void delete(RoutingRule rule) throws ErrnoException {
        changes.make(rule.request("RTM_DELRULE", DELETE, 0));
    }
}
