package dev.lighter.launch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Bytes that a program's arguments point to; some of them addresses of other data, filled in when the program is linked. */
final class Data {
    record Pointer(int at, Data target, int offset) {}

    final ByteBuffer bytes;
    List<Pointer> pointers = List.of();
    int position = -1;

    Data(int size) {
        this(new byte[size]);
    }

    Data(byte[] content) {
        bytes = ByteBuffer.wrap(content).order(ByteOrder.nativeOrder());
    }

    /** The bytes without the last, which ends a string in C, as UTF-8. */
    String text() {
        return new String(bytes.array(), 0, bytes.capacity() - 1, StandardCharsets.UTF_8);
    }

    /** Makes the eight bytes at an offset the address of a place in other data. */
    Data point(int at, Data target, int offset) {
        if (pointers.isEmpty()) {
            pointers = new ArrayList<>();
        }
        pointers.add(new Pointer(at, target, offset));
        return this;
    }

    Data putLong(int at, long value) {
        bytes.putLong(at, value);
        return this;
    }

    Data putInt(int at, int value) {
        bytes.putInt(at, value);
        return this;
    }

    Data putShort(int at, int value) {
        bytes.putShort(at, (short) value);
        return this;
    }
}
