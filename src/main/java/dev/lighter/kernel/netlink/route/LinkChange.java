package dev.lighter.kernel.netlink.route;

import org.jspecify.annotations.Nullable;

/** What is to change about a link: {@code LinkChange.create().mtu(1400).up()}. */
public final class LinkChange extends LinkSettings<LinkChange> {
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
