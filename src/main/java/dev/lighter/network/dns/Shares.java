package dev.lighter.network.dns;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/** Counts something of which there may be only so many in all and only so many for one address, so that nobody takes what others need. */
final class Shares {
    private final int mostEach;
    private final int most;
    private final Map<InetAddress, Integer> taken = new HashMap<>();
    private int total;

    Shares(int mostEach, int most) {
        this.mostEach = mostEach;
        this.most = most;
    }

    /** Takes one if the address may have one more. */
    boolean take(InetAddress address) {
        int own = taken.getOrDefault(address, 0);
        if (own >= mostEach || total >= most) {
            return false;
        }
        taken.put(address, own + 1);
        total++;
        return true;
    }

    /** Gives back what was taken. */
    void giveBack(InetAddress address) {
        taken.computeIfPresent(address, (key, own) -> own > 1 ? own - 1 : null);
        total--;
    }
}
