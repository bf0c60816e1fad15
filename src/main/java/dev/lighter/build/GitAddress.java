package dev.lighter.build;

import org.jspecify.annotations.Nullable;

/**
 * A repository, as contexts and ADD name it: {@code https://host/x.git#ref:directory}, {@code git@host:x}.
 *
 * @param ref a branch, a tag or a commit; empty for the usual branch
 * @param directory which part of it; empty for all
 */
record GitAddress(String url, String ref, String directory) {
    /** The repository that a text names; null where it names something else. */
    static @Nullable GitAddress parse(String text) {
        int hash = text.indexOf('#');
        String url = hash < 0 ? text : text.substring(0, hash);
        String fragment = hash < 0 ? "" : text.substring(hash + 1);
        boolean web = url.startsWith("http://") || url.startsWith("https://");
        boolean git = url.startsWith("git://")
                || url.startsWith("ssh://")
                || url.startsWith("git@")
                || web && url.endsWith(".git");
        boolean known = url.startsWith("github.com/");
        if (!git && !known) {
            return null;
        }
        int colon = fragment.indexOf(':');
        return new GitAddress(
                known ? "https://" + url : url,
                colon < 0 ? fragment : fragment.substring(0, colon),
                colon < 0 ? "" : fragment.substring(colon + 1));
    }
}
