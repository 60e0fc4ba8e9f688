package io.belvedere.federation.sql;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;

/**
 * The one moment of a query, in UTC: what CURRENT_DATE and CURRENT_TIMESTAMP mean everywhere in it, view bodies included. Remembers
 * which of them was asked for. Used by one thread at a time.
 */
final class Clockwork {
    private final Instant now;
    private Use use = Use.NONE;

    /** How long a text means the same. */
    enum Use {
        /** It does not look at the clock. */
        NONE,
        /** It asks for the day. */
        DAY,
        /** It asks for the moment. */
        MOMENT;

        Use and(Use other) {
            return compareTo(other) > 0 ? this : other;
        }
    }

    Clockwork(Instant now) {
        this.now = now;
    }

    SqlNode date(SqlParserPos place) {
        use = use.and(Use.DAY);
        return Constants.date(LocalDate.ofInstant(now, ZoneOffset.UTC), place);
    }

    SqlNode timestamp(SqlParserPos place) {
        use = Use.MOMENT;
        return Constants.timestamp(now, place);
    }

    Use use() {
        return use;
    }
}
