package dev.lighter.dashboard;

import dev.lighter.network.FilterRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A rule of the packet filter in the words of the pages, for the first paint.
 *
 * @param packets how many it was for, or a dash
 * @param bytes how many these had, or a dash
 */
record RuleRow(String meaning, String packets, String bytes) {
    /** What the page's template of a new row is made from. */
    static final RuleRow BLANK = new RuleRow("", "", "");

    /** The rules of each chain, both in the order that packets meet them. */
    static Map<String, List<RuleRow>> byChain(List<FilterRule> rules) {
        Map<String, List<RuleRow>> chains = new LinkedHashMap<>();
        for (FilterRule rule : rules) {
            chains.computeIfAbsent(rule.chain(), chain -> new ArrayList<>()).add(of(rule));
        }
        return chains;
    }

    private static RuleRow of(FilterRule rule) {
        return new RuleRow(
                rule.meaning(),
                rule.packets() < 0 ? "–" : String.valueOf(rule.packets()),
                rule.bytes() < 0 ? "–" : Words.bytes(rule.bytes()));
    }
}
