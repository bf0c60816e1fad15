package dev.lighter.dashboard;

import dev.lighter.network.AddressPool;
import dev.lighter.network.Network;
import dev.lighter.network.NetworkDriver;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A network in the words of the pages, for the first paint; the page's script goes on from there with the same parts.
 *
 * @param hue the class of its colour, in its row as in the picture
 * @param subnets all of them in one line
 * @param reach what it leads to, in a word
 */
record NetworkRow(
        String id,
        String shortId,
        String name,
        String hue,
        String driver,
        String subnets,
        String reach,
        int containers,
        boolean predefined) {
    private static final int HUES = 8;

    /** What the page's template of a new row is made from. */
    static final NetworkRow BLANK = new NetworkRow("", "", "", "hue-none", "", "", "", 0, false);

    /** How many places there are on a network. */
    @FunctionalInterface
    interface Places {
        /** The number for the network with this id. */
        int count(String networkId);
    }

    /** In the order given, which decides on the colours: those of a network with containers of its own follow each other. */
    static List<NetworkRow> of(List<Network> networks, Places places) {
        List<NetworkRow> rows = new ArrayList<>();
        int coloured = 0;
        for (Network network : networks) {
            boolean plain = network.driver() == NetworkDriver.HOST || network.driver() == NetworkDriver.NONE;
            rows.add(of(network, plain ? "hue-none" : "hue-" + coloured++ % HUES, places.count(network.id())));
        }
        return rows;
    }

    private static NetworkRow of(Network network, String hue, int containers) {
        return new NetworkRow(
                network.id(),
                network.shortId(),
                network.name(),
                hue,
                network.driver() == NetworkDriver.NONE
                        ? "none"
                        : network.driver().word(),
                network.pools().stream().map(AddressPool::subnet).collect(Collectors.joining(", ")),
                reach(network),
                containers,
                network.predefined());
    }

    private static String reach(Network network) {
        return switch (network.driver()) {
            case NONE -> "nothing";
            case HOST -> "the host's own";
            case BRIDGE, MACVLAN -> network.internal() ? "internal" : "outside";
        };
    }
}
