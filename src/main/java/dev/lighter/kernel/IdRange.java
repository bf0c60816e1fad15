package dev.lighter.kernel;

/**
 * The users and groups of a user namespace, as the host numbers them: its number 0 is the host's {@code first}, and so on. Both sides have
 * the same numbers in {@link #SAME}.
 *
 * @param first the host's number of the namespace's 0
 * @param count how many there are
 * @see <a href="https://man7.org/linux/man-pages/man7/user_namespaces.7.html">user_namespaces(7)</a>
 */
public record IdRange(int first, int count) {
    /** No user namespace. */
    public static final IdRange SAME = new IdRange(0, -1);

    /** What the kernel shows in place of a number that a namespace does not have. */
    private static final int NOBODY = 65534;

    /** Whether numbers differ at all. */
    public boolean isMapped() {
        return count >= 0;
    }

    /** The host's number of one inside; that of nobody inside for one that is not there. */
    public int toHost(int inside) {
        if (!isMapped()) {
            return inside;
        }
        return first + (Integer.compareUnsigned(inside, count) < 0 ? inside : NOBODY);
    }

    /** The number inside of one of the host's; that of nobody for one that is not there. */
    public int toInside(int host) {
        if (!isMapped()) {
            return host;
        }
        int inside = host - first;
        return Integer.compareUnsigned(inside, count) < 0 ? inside : NOBODY;
    }
}
