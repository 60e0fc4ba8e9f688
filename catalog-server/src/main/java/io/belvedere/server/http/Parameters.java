package io.belvedere.server.http;

import static io.belvedere.server.ServerError.REQUEST_INVALID;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.expr.Literal;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** JSON values to typed constants. No message ever quotes a value. */
final class Parameters {
    /** Digits before or after the point; more is a mistake, or an attempt to make the server write out an exponent. */
    private static final int DIGITS_MAX = 100;

    private Parameters() {}

    /** The constants, in order; empty for {@code null}. */
    static List<Optional<Literal>> literals(List<@Nullable JsonNode> values) {
        List<Optional<Literal>> literals = new ArrayList<>(values.size());
        for (int i = 0; i < values.size(); i++) {
            literals.add(literal(values.get(i), i + 1));
        }
        return literals;
    }

    private static Optional<Literal> literal(@Nullable JsonNode value, int position) {
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        return Optional.of(
                switch (value.getNodeType()) {
                    case STRING -> new Literal.Text(value.textValue());
                    case BOOLEAN -> new Literal.Bool(value.booleanValue());
                    case NUMBER -> new Literal.Numeric(bounded(value.decimalValue(), position));
                    case OBJECT -> typed(value, position);
                    case ARRAY, BINARY, MISSING, NULL, POJO -> throw invalid(position);
                });
    }

    private static BigDecimal bounded(BigDecimal value, int position) {
        if (value.precision() > DIGITS_MAX || Math.abs(value.scale()) > DIGITS_MAX) {
            throw invalid(position);
        }
        return value;
    }

    private static Literal typed(JsonNode value, int position) {
        JsonNode date = value.get("date");
        JsonNode timestamp = value.get("timestamp");
        try {
            if (value.size() == 1 && date != null && date.isTextual()) {
                return new Literal.Date(LocalDate.parse(date.textValue()));
            }
            if (value.size() == 1 && timestamp != null && timestamp.isTextual()) {
                return new Literal.Timestamp(Instant.parse(timestamp.textValue()));
            }
        } catch (DateTimeException notOne) {
            throw invalid(position);
        }
        throw invalid(position);
    }

    private static BelvedereException invalid(int position) {
        return REQUEST_INVALID.error("Parameter " + position
                + " is not a value: send a string, a number, true, false, null, {\"date\": \"2026-01-31\"} or"
                + " {\"timestamp\": \"2026-01-31T12:00:00Z\"}.");
    }

    /** An ISO 8601 duration. */
    static Duration duration(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeException notOne) {
            throw REQUEST_INVALID.error("A timeout is an ISO 8601 duration, for example PT10S.");
        }
    }
}
