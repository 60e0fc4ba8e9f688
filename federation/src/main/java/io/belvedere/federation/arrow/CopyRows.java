package io.belvedere.federation.arrow;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.sql.SQLException;
import java.util.Arrays;
import org.postgresql.copy.CopyOut;

/** The rows of a binary COPY, field by field, out of messages of the server that may end anywhere. Used by one thread. */
final class CopyRows implements BatchReader.Cursor {
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final CopyOut copy;
    private final int width;
    private byte[] bytes = {};
    private int position;
    private boolean begun;
    private boolean ended;

    CopyRows(CopyOut copy, int width) {
        this.copy = copy;
        this.width = width;
    }

    @Override
    public boolean next() throws SQLException {
        if (ended) {
            return false;
        }
        if (!begun) {
            header();
            begun = true;
        }
        int fields = shortAt(take(Short.BYTES));
        if (fields == -1) {
            end();
            return false;
        }
        if (fields != width) {
            throw broken();
        }
        return true;
    }

    /** The length of the row's next field, whose bytes then stand at {@link #position()}; below zero for NULL. */
    int field() throws SQLException {
        int length = intAt(take(Integer.BYTES));
        if (length > 0) {
            require(length);
        }
        return length;
    }

    /** Where the bytes of the field begin that {@link #field()} told of; they are passed by {@link #pass}. */
    int position() {
        return position;
    }

    void pass(int length) {
        position += length;
    }

    byte[] bytes() {
        return bytes;
    }

    short shortAt(int at) {
        return (short) SHORTS.get(bytes, at);
    }

    int intAt(int at) {
        return (int) INTS.get(bytes, at);
    }

    long longAt(int at) {
        return (long) LONGS.get(bytes, at);
    }

    private void header() throws SQLException {
        int at = take(SIGNATURE.length);
        if (!Arrays.equals(bytes, at, at + SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
            throw broken();
        }
        // The flags say nothing that matters to a reader of plain fields.
        take(Integer.BYTES);
        int extension = intAt(take(Integer.BYTES));
        if (extension < 0) {
            throw broken();
        }
        take(extension);
    }

    /** The server has more to say after the last row: that the command came to its end. */
    private void end() throws SQLException {
        ended = true;
        if (position != bytes.length || copy.readFromCopy() != null) {
            throw broken();
        }
    }

    private int take(int length) throws SQLException {
        require(length);
        int at = position;
        position += length;
        return at;
    }

    /** Makes that many bytes stand from the position on. */
    private void require(int length) throws SQLException {
        while (bytes.length - position < length) {
            byte[] more = copy.readFromCopy();
            if (more == null) {
                throw broken();
            }
            if (position == bytes.length) {
                bytes = more;
            } else {
                byte[] joined = Arrays.copyOfRange(bytes, position, bytes.length + more.length);
                System.arraycopy(more, 0, joined, bytes.length - position, more.length);
                bytes = joined;
            }
            position = 0;
        }
    }

    private static SQLException broken() {
        return new SQLException("the rows of a COPY ended where they should not", "08P01");
    }
}
