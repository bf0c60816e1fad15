package dev.lighter.kernel.netlink.nft;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.AttributeWriter;
import dev.lighter.kernel.netlink.Attributes;
import dev.lighter.kernel.netlink.NetlinkRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** How sets, maps and their elements are told to the kernel. */
final class SetMessages {
    private static final int TABLE = 1;
    private static final int NAME = 2;
    private static final int FLAGS = 3;
    private static final int KEY_TYPE = 4;
    private static final int KEY_LENGTH = 5;
    private static final int DATA_TYPE = 6;
    private static final int DATA_LENGTH = 7;
    private static final int DESCRIPTION = 9;
    private static final int ID = 10;
    private static final int EXPRESSION = 17;
    private static final int DESCRIPTION_FIELDS = 2;
    private static final int FIELD_LENGTH = 1;
    private static final int LIST_ELEMENT = 1;

    private static final int INTERVAL = 4;
    private static final int MAP = 8;
    private static final int TIMEOUT = 0x10;
    private static final int CONCATENATION = 0x80;
    private static final int VERDICTS = 0xffffff00;

    private static final int ELEMENTS = 3;
    private static final int KEY = 1;
    private static final int DATA = 2;
    private static final int ELEMENT_FLAGS = 3;
    private static final int ELEMENT_TIMEOUT = 4;
    private static final int COMMENT = 6;
    private static final int ELEMENT_EXPRESSION = 7;
    private static final int KEY_END = 10;
    private static final int INTERVAL_END = 1;
    private static final int VALUE = 1;
    private static final int VERDICT = 2;
    /** Leaves an attribute's 64 KB room for the longest element. */
    private static final int LIST_BYTES = 48 * 1024;

    private SetMessages() {}

    static NetlinkRequest add(NftSet set, int id) {
        int flags = (set.isMap() ? MAP : 0)
                | (set.intervals() ? INTERVAL : 0)
                | (set.timeouts() ? TIMEOUT : 0)
                | (joined(set) ? CONCATENATION : 0);
        NetlinkRequest request = request(NftMessages.NEWSET, set, NetlinkRequest.CREATE);
        request.attributes()
                .be32(FLAGS, flags)
                .be32(KEY_TYPE, Field.type(set.key()))
                .be32(KEY_LENGTH, Field.length(set.key()))
                .be32(ID, id);
        if (set.verdicts()) {
            request.attributes().be32(DATA_TYPE, VERDICTS);
        } else if (set.isMap()) {
            request.attributes().be32(DATA_TYPE, Field.type(set.data())).be32(DATA_LENGTH, Field.length(set.data()));
        }
        if (set.counters()) {
            request.attributes().nested(EXPRESSION, Expressions::counterOfElements);
        }
        if (joined(set)) {
            request.attributes()
                    .nested(
                            DESCRIPTION,
                            description -> description.nested(
                                    DESCRIPTION_FIELDS,
                                    fields -> set.key()
                                            .forEach(field -> fields.nested(
                                                    LIST_ELEMENT, one -> one.be32(FIELD_LENGTH, field.bytes)))));
        }
        return request;
    }

    static NetlinkRequest delete(NftSet set) {
        return request(NftMessages.DELSET, set, 0);
    }

    static NetlinkRequest flush(NftSet set) {
        return request(NftMessages.DELSETELEM, set, 0);
    }

    /** As many messages as it takes. */
    static List<NetlinkRequest> elements(NftMessages what, int flags, NftSet set, List<Element> elements) {
        List<NetlinkRequest> requests = new ArrayList<>();
        int next = 0;
        while (next < elements.size()) {
            AttributeWriter list = new AttributeWriter();
            while (next < elements.size() && list.length() < LIST_BYTES) {
                write(list, set, elements.get(next));
                next++;
            }
            requests.add(request(what, set, flags).with(a -> a.nested(ELEMENTS, list.toBytes(), nothingMore -> {})));
        }
        return requests;
    }

    private static void write(AttributeWriter list, NftSet set, Element element) {
        byte[] first = Field.encode(set.key(), element.key());
        byte[] last = element.last() == null ? first : Field.encode(set.key(), element.last());
        if (element.last() != null && !set.intervals()) {
            throw new IllegalArgumentException(set + " has no ranges: " + element);
        }
        list.nested(LIST_ELEMENT, attributes -> {
            value(attributes, KEY, first);
            if (set.intervals() && joined(set)) {
                value(attributes, KEY_END, last);
            }
            writeData(attributes, set, element);
        });
        // Where keys are not joined a range is two elements: its first key, and the first key beyond it.
        byte[] beyond = set.intervals() && !joined(set) ? Element.next(last) : null;
        if (beyond != null) {
            list.nested(LIST_ELEMENT, attributes -> {
                value(attributes, KEY, beyond);
                attributes.be32(ELEMENT_FLAGS, INTERVAL_END);
            });
        }
    }

    private static void writeData(AttributeWriter attributes, NftSet set, Element element) {
        if (element.verdict() != null) {
            Verdict verdict = element.verdict();
            attributes.nested(DATA, data -> data.nested(VERDICT, verdict::write));
        } else if (!element.data().isEmpty()) {
            value(attributes, DATA, Field.encode(set.data(), element.data()));
        }
        if (element.timeoutMillis() > 0) {
            attributes.be64(ELEMENT_TIMEOUT, element.timeoutMillis());
        }
        if (element.comment() != null) {
            attributes.bytes(COMMENT, Comments.encode(element.comment()));
        }
    }

    static NetlinkRequest request(NftMessages what, NftSet set, int flags) {
        return what.request(set.table().family().number, flags, set)
                .with(a -> a.string(TABLE, set.table().name()).string(NAME, set.name()));
    }

    private static void value(AttributeWriter attributes, int type, byte[] bytes) {
        attributes.nested(type, data -> data.bytes(VALUE, bytes));
    }

    private static boolean joined(NftSet set) {
        return set.key().size() > 1;
    }

    /** The elements of one answer to a dump; ends of ranges are marked by a null in place of their key's values. */
    static List<ReadElement> parse(NftSet set, Attributes message) throws ErrnoException {
        List<ReadElement> elements = new ArrayList<>();
        for (Attributes attributes : message.list(ELEMENTS)) {
            byte[] key = Objects.requireNonNullElse(attributes.nested(KEY).bytes(VALUE), new byte[0]);
            byte[] end = attributes.nested(KEY_END).bytes(VALUE);
            Attributes data = attributes.nested(DATA);
            byte[] value = data.bytes(VALUE);
            if (key.length != Field.length(set.key())) {
                continue;
            }
            boolean marksEnd = (attributes.be32(ELEMENT_FLAGS, 0) & INTERVAL_END) != 0;
            Element element = new Element(
                    Field.decode(set.key(), key),
                    end == null ? null : Field.decode(set.key(), end),
                    value == null || set.data().isEmpty() ? List.of() : Field.decode(set.data(), value),
                    data.has(VERDICT) ? Verdict.parse(data.nested(VERDICT)) : null,
                    attributes.be64(ELEMENT_TIMEOUT, 0),
                    Comments.decode(attributes.bytes(COMMENT)),
                    set.counters() ? Counter.parse(attributes.nested(ELEMENT_EXPRESSION)) : null);
            elements.add(new ReadElement(key, marksEnd, element));
        }
        return elements;
    }

    /** An element as it was read: one of two that make a range, perhaps. */
    record ReadElement(byte[] key, boolean marksEnd, Element element) {}
}
