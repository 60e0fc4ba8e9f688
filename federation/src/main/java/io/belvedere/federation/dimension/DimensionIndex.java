package io.belvedere.federation.dimension;

import io.belvedere.model.source.SourceColumn;
import java.util.List;
import java.util.OptionalInt;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Finds a dimension's row by its key: an open-addressed hash table of row numbers, at most half full, over the key columns of the rows
 * themselves. Eight to sixteen bytes for each row, off the heap, in the memory of the rows. Never changes.
 */
public final class DimensionIndex {
    private static final int FREE = -1;

    private final DimensionRows rows;
    private final List<KeyColumn> columns;
    private final ArrowBuf slots;
    private final int mask;

    private DimensionIndex(DimensionRows rows, List<KeyColumn> columns, ArrowBuf slots) {
        this.rows = rows;
        this.columns = columns;
        this.slots = slots;
        this.mask = Math.toIntExact(slots.capacity() / Integer.BYTES) - 1;
        slots.setOne(0, slots.capacity()); // which is FREE in each
    }

    /** What makes a key none. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Refused(String message) {
            super(message);
        }
    }

    /**
     * @param memory of the rows
     * @throws Refused when two rows have one key, or a part of a key is NULL
     */
    static DimensionIndex of(DimensionRows rows, BufferAllocator memory) {
        List<KeyColumn> columns = rows.definition().key().stream()
                .map(column -> KeyColumn.of(column.type(), rows.indexOf(column)))
                .toList();
        DimensionIndex index = new DimensionIndex(rows, columns, memory.buffer(bytes(rows.rowCount())));
        boolean complete = false;
        try {
            int number = 0;
            for (VectorSchemaRoot batch : rows.batches()) {
                for (int row = 0; row < batch.getRowCount(); row++) {
                    index.add(number++, batch, row);
                }
            }
            complete = true;
            return index;
        } finally {
            if (!complete) {
                index.close();
            }
        }
    }

    /** The key columns, in the order in which {@link #find} takes their values. */
    public List<SourceColumn> key() {
        return rows.definition().key();
    }

    /**
     * The number of the row with this key.
     *
     * @param key a value for each column of {@link #key()}, in the type that Arrow's vectors give out: {@code Integer} or {@code Long},
     *     {@code String} (or UTF-8 bytes), {@code byte[]}, {@code BigDecimal}, {@code Boolean}, {@code Double}, {@code LocalDate}, {@code LocalTime},
     *     {@code LocalDateTime}, {@code Instant}. A whole number stands for days of a date, and for microseconds of a time or a moment
     */
    public OptionalInt find(List<?> key) {
        int hash = 0;
        Object[] values = new Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = columns.get(i).canonical(key.get(i));
            hash = 31 * hash + columns.get(i).hash(values[i]);
        }
        for (int slot = slot(hash); row(slot) != FREE; slot = (slot + 1) & mask) {
            if (matches(rows.place(row(slot)), values)) {
                return OptionalInt.of(row(slot));
            }
        }
        return OptionalInt.empty();
    }

    /** Memory that the index takes. */
    long bytes() {
        return slots.capacity();
    }

    /** Gives the memory back. */
    void close() {
        slots.close();
    }

    private int row(int slot) {
        return slots.getInt((long) slot * Integer.BYTES);
    }

    /** Memory that an index of so many rows takes. */
    static long bytes(long rows) {
        return Math.max(2, Long.highestOneBit(Math.max(1, rows)) * 4) * Integer.BYTES;
    }

    private void add(int number, VectorSchemaRoot batch, int row) {
        int hash = 0;
        for (KeyColumn column : columns) {
            if (column.isNull(batch, row)) {
                throw new Refused("a part of the key is NULL in row " + (number + 1L) + " of those loaded");
            }
            hash = 31 * hash + column.hash(batch, row);
        }
        int slot = slot(hash);
        for (; row(slot) != FREE; slot = (slot + 1) & mask) {
            DimensionRows.Place other = rows.place(row(slot));
            if (same(other, batch, row)) {
                throw new Refused(
                        "rows " + (row(slot) + 1L) + " and " + (number + 1L) + " of those loaded have the same key");
            }
        }
        slots.setInt((long) slot * Integer.BYTES, number);
    }

    private boolean matches(DimensionRows.Place place, Object[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!columns.get(i).equals(place.batch(), place.row(), values[i])) {
                return false;
            }
        }
        return true;
    }

    private boolean same(DimensionRows.Place one, VectorSchemaRoot batch, int row) {
        for (KeyColumn column : columns) {
            if (!column.equals(one.batch(), one.row(), batch, row)) {
                return false;
            }
        }
        return true;
    }

    /** Spreads hashes that differ in few bits, as those of counted keys do. */
    private int slot(int hash) {
        int spread = hash * 0x9E3779B9;
        return (spread ^ (spread >>> 16)) & mask;
    }
}
