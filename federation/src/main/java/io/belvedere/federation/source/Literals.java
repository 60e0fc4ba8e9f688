package io.belvedere.federation.source;

import io.belvedere.model.DataType;
import io.belvedere.model.expr.Literal;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Optional;

/** Constants as PostgreSQL writes them in its statistics, in a session that runs in UTC. */
final class Literals {
    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral(' ')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .toFormatter(java.util.Locale.ROOT);
    private static final DateTimeFormatter INSTANT =
            new DateTimeFormatterBuilder().append(TIMESTAMP).appendPattern("x").toFormatter(java.util.Locale.ROOT);

    private Literals() {}

    /** Empty for a type that has no constants, and for a value that cannot be one (infinity). */
    static Optional<Literal> parse(DataType type, String text) {
        try {
            return switch (type) {
                case DataType.Decimal _ -> Optional.of(new Literal.Numeric(new BigDecimal(text)));
                case DataType.Simple simple ->
                    switch (simple) {
                        case BOOLEAN -> Optional.of(new Literal.Bool(text.equals("t") || text.equals("true")));
                        case INTEGER, BIGINT, DOUBLE -> Optional.of(new Literal.Numeric(new BigDecimal(text)));
                        case VARCHAR -> Optional.of(new Literal.Text(text));
                        case DATE -> Optional.of(new Literal.Date(LocalDate.parse(text)));
                        case TIMESTAMP ->
                            Optional.of(new Literal.Timestamp(
                                    LocalDateTime.parse(text, TIMESTAMP).toInstant(ZoneOffset.UTC)));
                        case TIMESTAMP_WITH_TIME_ZONE ->
                            Optional.of(new Literal.Timestamp(
                                    OffsetDateTime.parse(text, INSTANT).toInstant()));
                        case VARBINARY, TIME -> Optional.empty();
                    };
            };
        } catch (DateTimeException | NumberFormatException e) {
            return Optional.empty();
        }
    }
}
