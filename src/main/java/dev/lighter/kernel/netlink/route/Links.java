package dev.lighter.kernel.netlink.route;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.NetlinkMessage;
import dev.lighter.kernel.netlink.NetlinkRequest;
import dev.lighter.kernel.netlink.NetlinkSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Network interfaces. Where a link can be named by its name or its index, the index is the surer: a name can be given to another link.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/rtnetlink.7.html">RTM_NEWLINK in rtnetlink(7)</a>
 */
public final class Links {
    private static final int NEW = 16;
    private static final int DELETE = 17;
    private static final int GET = 18;

    private final NetlinkSocket socket;
    private final Changes changes;

    Links(NetlinkSocket socket, Changes changes) {
        this.socket = socket;
        this.changes = changes;
    }

    /** All links of the namespace, by index. */
    public List<Link> list() throws ErrnoException {
        List<Link> links = new ArrayList<>();
        for (NetlinkMessage message : socket.dump(request("RTM_GETLINK", GET, 0, "all", 0))) {
            if (message.type() == NEW) {
                links.add(Link.parse(message));
            }
        }
        return links;
    }

    /** The link with this name, if there is one. */
    public Optional<Link> find(String name) throws ErrnoException {
        return find(named("RTM_GETLINK", GET, name));
    }

    /** The link with this index, if there is one. */
    public Optional<Link> find(int index) throws ErrnoException {
        return find(request("RTM_GETLINK", GET, 0, "link " + index, index));
    }

    /** The index of the link with this name. Fails with ENODEV. */
    public int index(String name) throws ErrnoException {
        return Link.parse(socket.ask(named("RTM_GETLINK", GET, name)).get(0)).index();
    }

    /** Makes a link. Fails with EEXIST when the name is taken, with EOPNOTSUPP when the kernel does not know the kind. */
    public void create(NewLink link) throws ErrnoException {
        int flags = NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE;
        changes.make(NetlinkRequest.of("RTM_NEWLINK", NEW, flags, link.name(), link.struct(0))
                .with(a -> a.append(link.attributes())));
    }

    /** Removes a link, and with it its veth peer. Fails with ENODEV. */
    public void delete(String name) throws ErrnoException {
        changes.make(named("RTM_DELLINK", DELETE, name));
    }

    /** Removes a link, and with it its veth peer. Fails with ENODEV. */
    public void delete(int index) throws ErrnoException {
        changes.make(request("RTM_DELLINK", DELETE, 0, "link " + index, index));
    }

    /** Changes a link. Fails with ENODEV; with EBUSY when it is another bridge's port or its name is to change while it is up. */
    public void change(int index, LinkChange change) throws ErrnoException {
        changes.make(NetlinkRequest.of("RTM_NEWLINK", NEW, 0, "link " + index, change.struct(index))
                .with(a -> a.append(change.attributes())));
    }

    /** Changes the link with this name; see {@link #change(int, LinkChange)}. */
    public void change(String name, LinkChange change) throws ErrnoException {
        boolean byIndex = change.renames();
        changes.make(NetlinkRequest.of("RTM_NEWLINK", NEW, 0, name, change.struct(byIndex ? index(name) : 0))
                .with(a -> {
                    a.append(change.attributes());
                    if (!byIndex) {
                        a.string(LinkSettings.NAME, name);
                    }
                }));
    }

    /** Changes what is set about a bridge. */
    public void change(int index, BridgeOptions options) throws ErrnoException {
        changes.make(request("RTM_NEWLINK", NEW, 0, "bridge " + index, index)
                .with(a -> a.nested(
                        LinkSettings.LINK_INFO,
                        info -> info.string(LinkSettings.INFO_KIND, "bridge")
                                .nested(LinkSettings.INFO_DATA, options::write))));
    }

    /** Changes what is set about a bridge's port. Fails with EINVAL when the link is none. */
    public void change(int index, PortOptions options) throws ErrnoException {
        changes.make(request("RTM_NEWLINK", NEW, 0, "port " + index, index)
                .with(a -> a.nested(
                        LinkSettings.LINK_INFO,
                        info -> info.string(LinkSettings.INFO_PORT_KIND, "bridge")
                                .nested(LinkSettings.INFO_PORT_DATA, options::write))));
    }

    private Optional<Link> find(NetlinkRequest request) throws ErrnoException {
        try {
            return Optional.of(Link.parse(socket.ask(request).get(0)));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENODEV)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static NetlinkRequest named(String what, int type, String name) {
        return request(what, type, 0, name, 0).with(a -> a.string(LinkSettings.NAME, LinkSettings.checkName(name)));
    }

    private static NetlinkRequest request(String what, int type, int flags, String subject, int index) {
        return NetlinkRequest.of(what, type, flags, subject, LinkSettings.struct(index, 0, 0));
    }
}
