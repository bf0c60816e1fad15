package dev.lighter.network.firewall;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.nft.Element;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What published ports are in terms of the table's maps. */
final class PublishedElements {
    private final FirewallSets sets;

    PublishedElements(FirewallSets sets) {
        this.sets = sets;
    }

    Element element(Translation translation) {
        Element key = translation.hostAddress() == null
                ? Element.of(translation.protocol(), translation.hostPort())
                : Element.of(translation.hostAddress(), translation.protocol(), translation.hostPort());
        Element element = key.to(translation.containerAddress(), translation.containerPort());
        return translation.comment().isEmpty() ? element : element.comment(translation.comment());
    }

    /** Those that are not there yet. Fails with EEXIST where a port goes elsewhere already. */
    ContentsChange publish(FirewallContents present, Collection<Translation> translations) throws ErrnoException {
        ContentsChange change = new ContentsChange();
        Map<List<Object>, Element> coming = new HashMap<>();
        for (Translation translation : translations) {
            Element element = element(translation);
            Element before = present.find(sets.publishing(translation), element.key());
            if (before == null) {
                before = coming.putIfAbsent(familiarKey(translation, element), element);
                if (before == null) {
                    change.add(sets.publishing(translation), element);
                }
            }
            if (before != null && !before.data().equals(element.data())) {
                throw new ErrnoException("publish", translation.toString(), Errno.EEXIST);
            }
        }
        return change;
    }

    /** Those that are there; what a port that goes elsewhere by now is asked to give up stays. */
    ContentsChange withdraw(FirewallContents present, Collection<Translation> translations) {
        ContentsChange change = new ContentsChange();
        Map<List<Object>, Element> going = new HashMap<>();
        for (Translation translation : translations) {
            Element element = element(translation);
            @Nullable Element there = present.find(sets.publishing(translation), element.key());
            if (there != null
                    && there.data().equals(element.data())
                    && going.put(familiarKey(translation, element), element) == null) {
                change.remove(sets.publishing(translation), there);
            }
        }
        return change;
    }

    /** A key that is not the same for both families. */
    private static List<Object> familiarKey(Translation translation, Element element) {
        return List.of(translation.isV4(), element.key());
    }
}
