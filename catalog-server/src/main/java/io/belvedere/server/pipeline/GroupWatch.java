package io.belvedere.server.pipeline;

import io.belvedere.audit.AdminRecord;
import io.belvedere.federation.sql.QueryText;
import io.belvedere.model.ViewId;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.expr.Literal;
import io.belvedere.policy.Allow;
import io.belvedere.policy.ViewAccess;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Raises an alarm when one caller asks a view that is shown in groups for many different groupings within an hour: one result can be set off against
 * another, and what is left may be fewer rows than a group. The same query asked again tells nothing new and does not count. Nobody is refused.
 * Safe for use by many threads.
 */
final class GroupWatch {
    /** Different queries of one caller on one view within {@link #WITHIN} before the alarm; then it is counted from nothing. */
    static final int QUERIES_MAX = 50;

    static final Duration WITHIN = Duration.ofHours(1);
    /** Callers and views that are watched at a time; whoever asked longest ago is forgotten. */
    static final int WATCHED_MAX = 10_000;

    private static final Logger LOG = Logger.getLogger(GroupWatch.class);

    private final Consumer<AdminRecord> alarm;
    private final LongSupplier nanos;
    private final LongAdder alarms = new LongAdder();
    // Guarded by itself; what was asked last is last. By issuer, subject and view, when each query was first asked, by
    // its digest.
    private final LinkedHashMap<List<String>, LinkedHashMap<String, Long>> asked = new LinkedHashMap<>(16, 0.75f, true);

    /** @param alarm takes the record of an alarm; durable on return */
    GroupWatch(Consumer<AdminRecord> alarm, LongSupplier nanos) {
        this.alarm = alarm;
        this.nanos = nanos;
    }

    /** Counts a query whose rows are about to be read. */
    void asks(Caller caller, QueryId id, QueryText text, Allow allow) {
        allow.views().forEach((view, access) -> {
            if (access instanceof ViewAccess.Rows rows && rows.groupSizeMin() > 0 && isTooMuch(caller, view, text)) {
                raise(view, id);
            }
        });
    }

    private boolean isTooMuch(Caller caller, ViewId view, QueryText text) {
        long now = nanos.getAsLong();
        synchronized (asked) {
            Map<String, Long> queries = asked.computeIfAbsent(
                    List.of(caller.issuer(), caller.subject(), view.toString()), _ -> new LinkedHashMap<>());
            if (asked.size() > WATCHED_MAX) {
                asked.pollFirstEntry();
            }
            queries.values().removeIf(at -> now - at > WITHIN.toNanos());
            queries.putIfAbsent(digest(text), now);
            boolean tooMuch = queries.size() > QUERIES_MAX;
            if (tooMuch) {
                queries.clear();
            }
            return tooMuch;
        }
    }

    private void raise(ViewId view, QueryId id) {
        alarms.increment();
        alarm.accept(new AdminRecord(
                "policy_alarm",
                Map.of(
                        "why", "many_groupings",
                        "view", view.toString(),
                        "request", id.toString(),
                        "queries", Integer.toString(QUERIES_MAX + 1))));
        LOG.warnf(
                "The caller of request %s has asked a view that is shown in groups for more than %d different groupings within an hour; its audit"
                        + " record says who and which.",
                id, QUERIES_MAX);
    }

    /** How often the alarm was raised. */
    long alarms() {
        return alarms.sum();
    }

    /** Of the text and its values, each after its length: what is kept of them for an hour says nothing. */
    private static String digest(QueryText text) {
        StringBuilder whole = new StringBuilder(text.sql());
        for (Optional<Literal> parameter : text.parameters()) {
            String value = parameter.map(GroupWatch::written).orElse("NULL");
            whole.append('\n').append(value.length()).append(' ').append(value);
        }
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(whole.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String written(Literal literal) {
        return switch (literal) {
            case Literal.Text(String value) -> "'" + value;
            case Literal.Numeric(BigDecimal value) -> value.toString();
            case Literal.Bool(boolean value) -> Boolean.toString(value);
            case Literal.Date(LocalDate value) -> value.toString();
            case Literal.Timestamp(Instant value) -> value.toString();
        };
    }
}
