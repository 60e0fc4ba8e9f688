package io.belvedere.bench;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;

/**
 * How many rows of {@link DoorsTable} a client read, and a sum over each column, so that none is fast because it leaves a value unread. Used by one
 * thread.
 */
final class Tally {
    /** Every weight is a multiple of one eighth, so that sums of them are exact in any order. */
    private static final double WEIGHTS = 8;

    private static final LocalDateTime EPOCH = LocalDate.EPOCH.atStartOfDay();

    private final long[] sums = new long[DoorsTable.COLUMNS];
    private long rows;

    void rows(long count) {
        rows += count;
    }

    long rows() {
        return rows;
    }

    void whole(int column, long value) {
        sums[column] += value;
    }

    void price(int column, BigDecimal price) {
        sums[column] += price.unscaledValue().longValue();
    }

    void weight(int column, double weight) {
        sums[column] += (long) (weight * WEIGHTS);
    }

    void day(int column, LocalDate day) {
        sums[column] += day.toEpochDay();
    }

    void moment(int column, LocalDateTime moment) {
        sums[column] += ChronoUnit.MICROS.between(EPOCH, moment);
    }

    void flag(int column, boolean flag) {
        sums[column] += flag ? 1 : 0;
    }

    /** All texts are ASCII. */
    void text(int column, long length) {
        sums[column] += length;
    }

    void requireSameAs(Tally other) {
        if (rows != other.rows || !Arrays.equals(sums, other.sums)) {
            throw new IllegalStateException("two doors do not give the same answer: " + rows + " rows "
                    + Arrays.toString(sums) + ", " + other.rows + " rows " + Arrays.toString(other.sums));
        }
    }
}
