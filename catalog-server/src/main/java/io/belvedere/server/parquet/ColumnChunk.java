package io.belvedere.server.parquet;

import com.github.luben.zstd.Zstd;
import io.belvedere.federation.OutputColumn;
import io.belvedere.model.view.ColumnContract.Presence;
import java.io.ByteArrayOutputStream;
import java.util.BitSet;
import org.apache.arrow.vector.FieldVector;

/**
 * The values of one column in one group of rows: which of them are there, and those that are, as one page. Used by one thread.
 */
final class ColumnChunk {
    private static final int ZSTD_LEVEL = 1;

    private final OutputColumn column;
    private final ColumnType type;
    private final BitSet present = new BitSet();
    private final PlainValues values = new PlainValues();
    private int rows;

    ColumnChunk(OutputColumn column) {
        this.column = column;
        this.type = ColumnType.of(column.type());
    }

    /** A page as it stands in a file. */
    @SuppressWarnings("ArrayRecordComponent") // written once, never compared
    record Page(byte[] body, int bytesBefore, int values) {}

    OutputColumn column() {
        return column;
    }

    ColumnType type() {
        return type;
    }

    boolean optional() {
        return column.presence() == Presence.OPTIONAL;
    }

    int bytes() {
        return values.bytes() + rows / Byte.SIZE;
    }

    void add(FieldVector vector, int count) {
        for (int row = 0; row < count; row++) {
            if (!vector.isNull(row)) {
                present.set(rows + row);
                type.write(values, vector, row);
            } else if (!optional()) {
                throw new IllegalStateException("a column that always has a value has none");
            }
        }
        rows += count;
    }

    /** The page of what was added; the chunk is empty then. */
    Page takePage() {
        ByteArrayOutputStream page = new ByteArrayOutputStream(values.bytes() + rows / Byte.SIZE + 16);
        if (optional()) {
            writePresence(page);
        }
        values.moveTo(page);
        byte[] plain = page.toByteArray();
        Page taken = new Page(Zstd.compress(plain, ZSTD_LEVEL), plain.length, rows);
        present.clear();
        rows = 0;
        return taken;
    }

    /** Definition levels: their length, then one run of bits, the first row in the lowest. */
    private void writePresence(ByteArrayOutputStream page) {
        int groups = (rows + 7) / 8;
        ByteArrayOutputStream run = new ByteArrayOutputStream(groups + 5);
        int header = (groups << 1) | 1;
        while ((header & ~0x7F) != 0) {
            run.write((header & 0x7F) | 0x80);
            header >>>= 7;
        }
        run.write(header);
        byte[] bits = present.toByteArray();
        run.write(bits, 0, bits.length);
        for (int i = bits.length; i < groups; i++) {
            run.write(0);
        }
        int length = run.size();
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            page.write(length >>> shift);
        }
        page.writeBytes(run.toByteArray());
    }
}
