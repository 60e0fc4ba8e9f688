package io.belvedere.federation.sql;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;

/** The one moment of a query, in UTC: what CURRENT_DATE and CURRENT_TIMESTAMP mean everywhere in it, view bodies included. */
record Clockwork(Instant now) {
    SqlNode date(SqlParserPos place) {
        return Constants.date(LocalDate.ofInstant(now, ZoneOffset.UTC), place);
    }

    SqlNode timestamp(SqlParserPos place) {
        return Constants.timestamp(now, place);
    }
}
