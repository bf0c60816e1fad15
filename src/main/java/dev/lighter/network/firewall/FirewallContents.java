package dev.lighter.network.firewall;

import dev.lighter.kernel.netlink.nft.Element;
import dev.lighter.kernel.netlink.nft.NftSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is to be in the table's sets, each element by its key. Used by one thread at a time. */
final class FirewallContents {
    private final Map<NftSet, Map<List<Object>, Element>> elements = new HashMap<>();

    FirewallContents put(NftSet set, Element element) {
        elements.computeIfAbsent(set, s -> new LinkedHashMap<>()).put(element.key(), element);
        return this;
    }

    @Nullable
    Element find(NftSet set, List<Object> key) {
        return of(set).get(key);
    }

    Collection<Element> in(NftSet set) {
        return of(set).values();
    }

    void apply(ContentsChange change) {
        change.removed().forEach((set, gone) -> gone.forEach(element -> of(set).remove(element.key())));
        change.added().forEach((set, come) -> come.forEach(element -> put(set, element)));
    }

    /** What has to change in some sets that this becomes another. */
    ContentsChange changeTo(FirewallContents other, Collection<NftSet> sets) {
        ContentsChange change = new ContentsChange();
        for (NftSet set : sets) {
            difference(set, new ArrayList<>(in(set)), other, change);
        }
        return change;
    }

    /** Notes what has to change in one set with these elements so that it becomes what it is to be here. */
    void repair(NftSet set, List<Element> present, ContentsChange change) {
        difference(set, present, this, change);
    }

    private static void difference(NftSet set, List<Element> from, FirewallContents to, ContentsChange change) {
        Map<List<Object>, Element> missing = new LinkedHashMap<>(to.of(set));
        for (Element element : from) {
            Element wanted = missing.get(element.key());
            if (Objects.equals(wanted, element)) {
                missing.remove(element.key());
            } else {
                change.remove(set, element);
            }
        }
        missing.values().forEach(element -> change.add(set, element));
    }

    private Map<List<Object>, Element> of(NftSet set) {
        return elements.getOrDefault(set, Map.of());
    }
}
