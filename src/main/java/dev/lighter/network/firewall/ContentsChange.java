package dev.lighter.network.firewall;

import dev.lighter.kernel.netlink.nft.Element;
import dev.lighter.kernel.netlink.nft.NftBatch;
import dev.lighter.kernel.netlink.nft.NftSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Elements that go and elements that come, of any of the table's sets, to be carried out at once. Used by one thread. */
final class ContentsChange {
    private final Map<NftSet, List<Element>> removed = new LinkedHashMap<>();
    private final Map<NftSet, List<Element>> added = new LinkedHashMap<>();

    ContentsChange remove(NftSet set, Element element) {
        removed.computeIfAbsent(set, s -> new ArrayList<>()).add(element);
        return this;
    }

    ContentsChange add(NftSet set, Element element) {
        added.computeIfAbsent(set, s -> new ArrayList<>()).add(element);
        return this;
    }

    Map<NftSet, List<Element>> removed() {
        return removed;
    }

    Map<NftSet, List<Element>> added() {
        return added;
    }

    boolean isEmpty() {
        return removed.isEmpty() && added.isEmpty();
    }

    NftBatch toBatch() {
        NftBatch batch = NftBatch.create();
        removed.forEach(batch::delete);
        added.forEach(batch::add);
        return batch;
    }

    /** In words: {@code 1 missing in published4, 2 foreign in bridges}. */
    String asRepair() {
        List<String> parts = new ArrayList<>();
        added.forEach((set, elements) -> parts.add(elements.size() + " missing in " + set.name()));
        removed.forEach((set, elements) -> parts.add(elements.size() + " foreign in " + set.name()));
        return String.join(", ", parts);
    }
}
