package dev.lighter.kernel.netlink.route;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What went through a link since it was made, seen from the link's side, {@code struct rtnl_link_stats64}. */
public record LinkStatistics(
        long receivedPackets,
        long sentPackets,
        long receivedBytes,
        long sentBytes,
        long receiveErrors,
        long sendErrors,
        long receiveDropped,
        long sendDropped) {
    private static final int NUMBERS = 8;

    static LinkStatistics parse(@Nullable ByteBuffer bytes) {
        long[] numbers = new long[NUMBERS];
        for (int i = 0; bytes != null && i < NUMBERS && bytes.limit() >= 8 * (i + 1); i++) {
            numbers[i] = bytes.getLong(8 * i);
        }
        return new LinkStatistics(
                numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6], numbers[7]);
    }
}
