package io.belvedere.model.expr;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;

/** A typed constant. Its {@code toString} never shows the value, so that it cannot reach a log by accident. */
public sealed interface Literal {
    record Text(String value) implements Literal {
        @Override
        public String toString() {
            return "text";
        }
    }

    record Numeric(BigDecimal value) implements Literal {
        @Override
        public String toString() {
            return "number";
        }
    }

    record Bool(boolean value) implements Literal {
        @Override
        public String toString() {
            return "boolean";
        }
    }

    record Date(LocalDate value) implements Literal {
        @Override
        public String toString() {
            return "date";
        }
    }

    /** An instant; compared in UTC. */
    record Timestamp(Instant value) implements Literal {
        @Override
        public String toString() {
            return "timestamp";
        }
    }
}
