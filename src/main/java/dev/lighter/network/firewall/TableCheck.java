package dev.lighter.network.firewall;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.nft.Nftables;
import dev.lighter.kernel.netlink.nft.Rule;
import dev.lighter.kernel.netlink.nft.RuleInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Compares the table's frame in the kernel (chains, rules, names of sets) with what it is to be. */
final class TableCheck {
    private final Nftables nft;
    private final FirewallSets sets;
    private final FirewallRules layout;

    TableCheck(Nftables nft, FirewallSets sets, FirewallRules layout) {
        this.nft = nft;
        this.sets = sets;
        this.layout = layout;
    }

    /**
     * What is not as it was made, in words.
     *
     * @param made the rules as they were found when they had just been made: what they do is compared with these
     */
    Optional<String> broken(List<RuleInfo> made) throws ErrnoException {
        if (!nft.tables().contains(sets.table)) {
            return Optional.of("the table was gone");
        }
        if (!new HashSet<>(nft.chains(sets.table)).equals(new HashSet<>(layout.chains()))) {
            return Optional.of("the chains were others");
        }
        if (!new HashSet<>(nft.sets(sets.table)).equals(names())) {
            return Optional.of("the sets were others");
        }
        List<RuleInfo> present = nft.rules(sets.table);
        Map<String, List<String>> wanted = new LinkedHashMap<>();
        for (Rule rule : layout.rules()) {
            wanted.computeIfAbsent(rule.chain().name(), chain -> new ArrayList<>())
                    .add(String.valueOf(rule.comment()));
        }
        Map<String, List<String>> comments = new LinkedHashMap<>();
        for (RuleInfo rule : present) {
            comments.computeIfAbsent(rule.chain(), chain -> new ArrayList<>()).add(String.valueOf(rule.comment()));
        }
        for (String chain : union(wanted.keySet(), comments.keySet())) {
            if (!wanted.getOrDefault(chain, List.of()).equals(comments.getOrDefault(chain, List.of()))) {
                return Optional.of("the rules of " + chain + " were others");
            }
        }
        return contents(present).equals(contents(made)) ? Optional.empty() : Optional.of("rules were replaced");
    }

    private Set<String> names() {
        Set<String> names = new HashSet<>();
        sets.all().forEach(set -> names.add(set.name()));
        return names;
    }

    private static Set<String> union(Set<String> some, Set<String> others) {
        Set<String> union = new HashSet<>(some);
        union.addAll(others);
        return union;
    }

    private static List<Integer> contents(List<RuleInfo> rules) {
        return rules.stream().map(RuleInfo::content).toList();
    }
}
