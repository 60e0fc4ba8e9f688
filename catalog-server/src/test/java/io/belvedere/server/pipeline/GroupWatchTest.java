package io.belvedere.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.audit.AdminRecord;
import io.belvedere.federation.sql.QueryText;
import io.belvedere.model.ViewId;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.expr.Literal;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Grants;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Many different groupings of one view by one caller within an hour are told, and nothing else is. */
class GroupWatchTest {
    private static final Caller RITA = caller("rita");
    private static final Caller OTTO = caller("otto");
    private static final ViewId VIEW = ViewId.parse("crm.customers@1.0.0");
    private static final QueryId ID = new QueryId(UUID.fromString("00000000-0000-7000-8000-000000000001"));

    private final List<AdminRecord> records = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private final GroupWatch watch = new GroupWatch(records::add, nanos::get);

    @Test
    void theFiftyFirstGroupingOfAViewIsTold() {
        ask(RITA, GroupWatch.QUERIES_MAX, 10);
        assertThat(records).isEmpty();

        watch.asks(RITA, ID, text(1_000), grouped(10));

        assertThat(watch.alarms()).isEqualTo(1);
        assertThat(records).singleElement().satisfies(record -> {
            assertThat(record.type()).isEqualTo("policy_alarm");
            assertThat(record.facts())
                    .containsEntry("why", "many_groupings")
                    .containsEntry("view", VIEW.toString())
                    .containsEntry("request", ID.toString())
                    .doesNotContainValue("rita");
        });
    }

    @Test
    void theSameQueryAgainTellsNothingNew() {
        for (int i = 0; i < 10 * GroupWatch.QUERIES_MAX; i++) {
            watch.asks(RITA, ID, text(7), grouped(10));
        }
        assertThat(records).isEmpty();
    }

    @Test
    void anotherValueOfAParameterIsAnotherQuery() {
        for (int i = 0; i <= GroupWatch.QUERIES_MAX; i++) {
            Optional<Literal> value = Optional.of(new Literal.Numeric(BigDecimal.valueOf(i)));
            watch.asks(RITA, ID, new QueryText("SELECT COUNT(*) FROM v WHERE id <> ?", List.of(value)), grouped(10));
        }
        assertThat(records).hasSize(1);
    }

    @Test
    void everyCallerIsCountedApart() {
        ask(RITA, GroupWatch.QUERIES_MAX, 10);
        ask(OTTO, GroupWatch.QUERIES_MAX, 10);
        assertThat(records).isEmpty();
    }

    @Test
    void aViewThatShowsItsRowsIsNotWatched() {
        ask(RITA, 10 * GroupWatch.QUERIES_MAX, 0);
        assertThat(records).isEmpty();
    }

    @Test
    void whatWasAskedAnHourAgoCountsNoMore() {
        ask(RITA, GroupWatch.QUERIES_MAX, 10);
        nanos.addAndGet(GroupWatch.WITHIN.plus(Duration.ofSeconds(1)).toNanos());

        watch.asks(RITA, ID, text(1_000), grouped(10));

        assertThat(records).isEmpty();
    }

    @Test
    void afterAnAlarmItIsCountedFromNothing() {
        ask(RITA, 2 * (GroupWatch.QUERIES_MAX + 1), 10);
        assertThat(records).hasSize(2);
    }

    @Test
    void whoeverAskedLongestAgoIsForgottenFirst() {
        ask(RITA, GroupWatch.QUERIES_MAX, 10);
        for (int i = 0; i < GroupWatch.WATCHED_MAX; i++) {
            watch.asks(caller("other" + i), ID, text(1), grouped(10));
        }

        watch.asks(RITA, ID, text(1_000), grouped(10));

        assertThat(records).isEmpty();
    }

    private void ask(Caller caller, int queries, int sizeMin) {
        for (int i = 0; i < queries; i++) {
            watch.asks(caller, ID, text(i), grouped(sizeMin));
        }
    }

    private static Caller caller(String subject) {
        return new Caller("test", subject, subject, Caller.Kind.HUMAN, Set.of("reader"), Map.of());
    }

    private static QueryText text(int i) {
        return new QueryText("SELECT region, COUNT(*) FROM v WHERE id <> " + i + " GROUP BY region", List.of());
    }

    private static Allow grouped(int sizeMin) {
        return Grants.rows(VIEW, sizeMin);
    }
}
