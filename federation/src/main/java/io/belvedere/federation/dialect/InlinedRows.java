package io.belvedere.federation.dialect;

import io.belvedere.model.source.SourceKind;
import java.util.Optional;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.sql.type.SqlTypeName;

/** Which rows may stand in a statement like a table: those whose values mean the same once they have been written and read again. */
public final class InlinedRows {
    /** By code point, without padding: as text compares everywhere here. */
    public static final TextColumn MARIADB_TEXT = new TextColumn("utf8mb4", "utf8mb4_nopad_bin");

    private InlinedRows() {}

    /** How text in such rows compares at the product; empty where that need not be said, and for what is no text. */
    public static Optional<TextColumn> text(SourceKind kind, RelDataType type) {
        return kind == SourceKind.MARIADB && Types.kind(type) == Types.Kind.TEXT
                ? Optional.of(MARIADB_TEXT)
                : Optional.empty();
    }

    /** Whether it was tried with servers of the product. */
    public static boolean areTakenBy(SourceKind kind) {
        return switch (kind) {
            case POSTGRESQL, MARIADB -> true;
            case MYSQL, ORACLE, SQLSERVER, DUCKDB, PARQUET, CSV -> false;
        };
    }

    /** Whether every column is of whole or decimal numbers, text or dates. */
    public static boolean mayTravel(RelDataType row) {
        return row.getFieldList().stream().map(RelDataTypeField::getType).allMatch(type -> switch (Types.kind(type)) {
            case NUMBER -> Types.isExact(type);
            case TEXT -> type.getSqlTypeName() != SqlTypeName.NULL;
            case DATE -> true;
            case BOOLEAN, BINARY, TIME, TIMESTAMP, INSTANT, INTERVAL, OTHER -> false;
        });
    }
}
