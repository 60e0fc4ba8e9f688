package io.belvedere.testkit.hunt;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What somebody says to a query. */
public sealed interface Answer {
    /**
     * Rows of Java values: {@code Number}, {@code String}, {@code Boolean}, {@code LocalDate}, {@code LocalDateTime}, {@code Instant},
     * {@code LocalTime}; null for NULL.
     */
    record Rows(List<List<@Nullable Object>> rows) implements Answer {}

    /** Several were asked and said the same, whatever it was: there is nothing to hold against the oracle. */
    record Agreed(int rows) implements Answer {}

    /** The query uses what is not offered. */
    record Refused(String reason) implements Answer {}

    /** A value in the data does not fit the query. */
    record DataError(Fault fault, String reason) implements Answer {}

    /** What is wrong with the data. */
    enum Fault {
        DIVISION_BY_ZERO,
        /** Where there should be one. */
        SEVERAL_ROWS,
        /** A number, day or text that its type cannot hold. */
        UNFIT,
        /** Whoever found it does not say. */
        UNKNOWN
    }

    /** Too much is asked at once; the same query may be asked again. */
    record Busy() implements Answer {}

    /** Anything else, which is a fault whoever it comes from. */
    record Failed(String reason) implements Answer {}
}
