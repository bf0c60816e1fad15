package dev.lighter.launch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Bytes that a program's arguments point to; some of them addresses of other data, filled in when the program is linked. */
final class Data {
    record Pointer(int at, Data target, int offset) {}

    final ByteBuffer bytes;
    final List<Pointer> pointers = new ArrayList<>(0);
    int position = -1;

    Data(int size) {
        bytes = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    }

    /** Makes the eight bytes at an offset the address of a place in other data. */
    Data point(int at, Data target, int offset) {
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
