package io.belvedere.server.parquet;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Thrift's compact protocol, as far as Parquet's metadata needs it
 * (<a href="https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md">specification</a>). Used by one thread.
 */
final class CompactWriter {
    private static final int TRUE = 1;
    private static final int FALSE = 2;
    private static final int I32 = 5;
    private static final int I64 = 6;
    private static final int BINARY = 8;
    private static final int LIST = 9;
    private static final int STRUCT = 12;
    private static final int SHORT_LIST_MAX = 14;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Deque<Integer> outer = new ArrayDeque<>();
    private int lastField;

    /** Makes up the elements of a list. */
    enum Element {
        I32(CompactWriter.I32),
        BINARY(CompactWriter.BINARY),
        STRUCT(CompactWriter.STRUCT);

        private final int code;

        Element(int code) {
            this.code = code;
        }
    }

    CompactWriter field(int id, int value) {
        header(id, I32);
        zigzag(value);
        return this;
    }

    CompactWriter field(int id, long value) {
        header(id, I64);
        zigzag(value);
        return this;
    }

    CompactWriter field(int id, boolean value) {
        header(id, value ? TRUE : FALSE);
        return this;
    }

    CompactWriter field(int id, String value) {
        header(id, BINARY);
        element(value);
        return this;
    }

    /** A list; so many elements follow. */
    CompactWriter list(int id, Element element, int size) {
        header(id, LIST);
        if (size <= SHORT_LIST_MAX) {
            bytes.write(size << 4 | element.code);
        } else {
            bytes.write(0xF0 | element.code);
            varint(size);
        }
        return this;
    }

    CompactWriter element(int value) {
        zigzag(value);
        return this;
    }

    CompactWriter element(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        varint(utf8.length);
        bytes.writeBytes(utf8);
        return this;
    }

    /** Begins a struct that is a field; {@link #end} ends it. */
    CompactWriter struct(int id) {
        header(id, STRUCT);
        return struct();
    }

    /** Begins a struct that is an element of a list. */
    CompactWriter struct() {
        outer.push(lastField);
        lastField = 0;
        return this;
    }

    /** Ends the struct that began last; the outermost one when there is no other. */
    CompactWriter end() {
        bytes.write(0);
        if (!outer.isEmpty()) {
            lastField = outer.pop();
        }
        return this;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    private void header(int id, int type) {
        int delta = id - lastField;
        if (delta < 1 || delta > 15) {
            throw new IllegalStateException("fields of a struct are written in order");
        }
        bytes.write((delta << 4) | type);
        lastField = id;
    }

    private void zigzag(long value) {
        varint((value << 1) ^ (value >> 63));
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes.write((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }
}
