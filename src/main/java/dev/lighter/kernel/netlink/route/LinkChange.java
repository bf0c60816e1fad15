package dev.lighter.kernel.netlink.route;

import org.jspecify.annotations.Nullable;

/** What is to change about a link: {@code LinkChange.create().mtu(1400).up()}. */
public final class LinkChange extends LinkSettings<LinkChange> {
    private static final int AF_SPEC = 26;
    private static final int AF_INET6 = 10;
    private static final int ADDR_GEN_MODE = 8;
    private static final int MODE_NONE = 1;

    private @Nullable String newName;

    private LinkChange() {}

    /** No change yet. */
    public static LinkChange create() {
        return new LinkChange();
    }

    /** Gives it another name; before Linux 6.2 it must be down for that. */
    public LinkChange name(String name) {
        newName = checkName(name);
        attributes().string(NAME, name);
        return this;
    }

    /** Lets it carry packets. */
    public LinkChange up() {
        return carrying(true);
    }

    /** Keeps it from carrying packets. */
    public LinkChange down() {
        return carrying(false);
    }

    /** Keeps it from making up an address of IPv6 and asking the link for routers when it comes up; for links that are ports only. */
    public LinkChange withoutLinkLocal() {
        attributes()
                .nested(AF_SPEC, families -> families.nested(AF_INET6, inet6 -> inet6.u8(ADDR_GEN_MODE, MODE_NONE)));
        return this;
    }

    /** Makes it a port of a bridge, given by its index. */
    public LinkChange master(int bridge) {
        return portOf(bridge);
    }

    /** Takes it out of its bridge. */
    public LinkChange noMaster() {
        return portOf(0);
    }

    boolean renames() {
        return newName != null;
    }

    @Override
    LinkChange self() {
        return this;
    }
}
