package io.belvedere.federation.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.model.DataType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemoteTypesTest {
    @ParameterizedTest
    @CsvSource({
        "bigint, int8", "bigint, INT", "bigint, numeric", "integer, int2", "'decimal(12,2)', numeric",
        "'decimal(12,2)', bigint", "double, float4", "varchar, bpchar", "varchar, uuid", "varchar, mood",
        "varchar, enum", "boolean, tinyint", "boolean, bool", "date, date", "timestamp, datetime",
        "timestamp with time zone, timestamptz", "varbinary, bytea", "varbinary, longblob", "time, time"
    })
    void letsATypePassThatCanHoldWhatIsDeclared(String declared, String remote) {
        assertThat(RemoteTypes.mayHold(DataType.parse(declared), remote)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "bigint, text",
        "bigint, varchar",
        "bigint, float8",
        "bigint, date",
        "'decimal(12,2)', varchar",
        "double, text",
        "varchar, int8",
        "varchar, bytea",
        "varchar, date",
        "boolean, text",
        "date, timestamp",
        "date, varchar",
        "timestamp, date",
        "timestamp, varchar",
        "time, timestamp",
        "varbinary, text"
    })
    void findsATypeThatCannot(String declared, String remote) {
        assertThat(RemoteTypes.mayHold(DataType.parse(declared), remote)).isFalse();
    }
}
