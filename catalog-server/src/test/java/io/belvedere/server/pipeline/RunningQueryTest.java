package io.belvedere.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.run.Timeline;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.access.Operation;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.access.QueryId;
import io.belvedere.server.identity.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RunningQueryTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final AtomicInteger cuts = new AtomicInteger();

    @Test
    void aWriteThatStallsIsFreed() {
        RunningQuery query = query(LONG);
        query.writing(() -> query.interruptIfStuck(Duration.ZERO));
        assertThat(cuts).hasValue(1);
        assertThat(query.interruption()).contains(Interruption.STALL);
    }

    @Test
    void aWriteThatIsNotSlowIsLeftAlone() {
        RunningQuery query = query(LONG);
        query.writing(() -> query.interruptIfStuck(LONG));
        query.interruptIfStuck(Duration.ZERO);
        assertThat(cuts).hasValue(0);
        assertThat(query.interruption()).isEmpty();
    }

    @Test
    void aWriteThatGoesOnPastTheDeadlineIsFreedAtOnce() {
        RunningQuery query = query(Duration.ZERO);
        query.writing(() -> query.interruptIfStuck(LONG));
        assertThat(cuts).hasValue(1);
        assertThat(query.interruption()).contains(Interruption.DEADLINE);
    }

    /** Between two writes there was nothing to free; the next one must not block for ever because of it. */
    @Test
    void aWriteThatBeganAfterTheInterruptionIsFreedWhenItStalls() {
        RunningQuery query = query(LONG);
        query.interrupt(Interruption.CANCEL);
        query.writing(() -> {
            query.interruptIfStuck(LONG);
            assertThat(cuts).hasValue(0);
            query.interruptIfStuck(Duration.ZERO);
        });
        assertThat(cuts).hasValue(1);
        assertThat(query.interruption()).contains(Interruption.CANCEL);
    }

    /** Or a client that was told nothing of its query's deadline would only see a broken connection. */
    @Test
    void theLastWordsOfAQueryPastItsDeadlineAreWritten() {
        RunningQuery query = query(Duration.ZERO);
        query.ending(() -> query.interruptIfStuck(LONG));
        assertThat(cuts).hasValue(0);
    }

    @Test
    void lastWordsThatNobodyReadsAreCutShort() {
        RunningQuery query = query(Duration.ZERO);
        query.ending(() -> query.interruptIfStuck(Duration.ZERO));
        assertThat(cuts).hasValue(1);
        assertThat(query.interruption()).isEmpty();
    }

    @Test
    void aQueryThatHasItsOutcomeCannotBeInterrupted() {
        RunningQuery query = query(LONG);
        query.ending(() -> assertThat(query.interrupt(Interruption.CANCEL))
                .as("changed anything")
                .isFalse());
        assertThat(cuts).hasValue(0);
    }

    private RunningQuery query(Duration deadline) {
        Request request = new Request(
                new QueryId(UUID.randomUUID()),
                new Caller("dev", "ana", "Ana", Caller.Kind.HUMAN, Set.of("analyst"), Map.of()),
                Standing.LASTING,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Protocol.REST,
                Optional.empty(),
                Optional.empty());
        RunningQuery query =
                new RunningQuery(request, Operation.QUERY, new Timeline(Instant.now()), Deadline.after(deadline));
        query.onInterrupt(cuts::incrementAndGet);
        return query;
    }
}
