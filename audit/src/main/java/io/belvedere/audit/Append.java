package io.belvedere.audit;

import io.belvedere.model.access.QueryId;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Something that waits for the log's writer. */
sealed interface Append {
    /** Completed when the record is on the disk; failed by the caller that gave up waiting or by the writer that cannot write. */
    CompletableFuture<Durable> durable();

    /** Bytes of its entries, at most. */
    int bytes();

    /** An allow, which opens a ticket. */
    record Decide(QueryId request, Draft decision, CompletableFuture<Durable> durable) implements Append {
        @Override
        public int bytes() {
            return decision.bytes();
        }
    }

    /** The end of an allowed request; {@code small} makes the form for when only the reserve is left. */
    record End(long decisionSequence, Draft outcome, Supplier<Draft> small, CompletableFuture<Durable> durable)
            implements Append {
        @Override
        public int bytes() {
            return outcome.bytes();
        }
    }

    /** A request that ended without an allow. */
    record Refuse(Draft decision, Draft outcome, CompletableFuture<Durable> durable) implements Append {
        @Override
        public int bytes() {
            return decision.bytes() + outcome.bytes();
        }
    }

    /** Anything else. */
    record Note(Draft note, CompletableFuture<Durable> durable) implements Append {
        @Override
        public int bytes() {
            return note.bytes();
        }
    }

    /**
     * Where a record is in the log.
     *
     * @param leafHash in hex
     */
    record Durable(long sequence, String leafHash) {}
}
