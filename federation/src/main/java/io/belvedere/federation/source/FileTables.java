package io.belvedere.federation.source;

import io.belvedere.model.DataType;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceTable;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tables of a source in files, as views that hold exactly what the definition declares: a column whose type in the file could
 * hold a value that the declared type cannot is left out, and a text of a CSV file that is no value of its type is an error.
 */
final class FileTables {
    /** The attached database file. */
    static final String ATTACHED = "source_file";

    private static final String MOMENT = "[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?";

    private FileTables() {}

    /** Makes the views. A table that is not there gets none, so that using it is told apart from a source that is down. */
    static void create(Statement statement, SourceKind kind, Path folder, List<SourceTable> tables)
            throws SQLException {
        for (SourceTable table : tables) {
            String from = from(kind, folder, table);
            Map<String, String> types = types(statement, from);
            List<String> columns = new ArrayList<>();
            for (SourceColumn column : table.columns()) {
                String type = types.get(column.remoteName());
                String quoted = quoted(column.remoteName());
                if (type != null && (kind == SourceKind.CSV || fits(column.type(), type))) {
                    String value = kind == SourceKind.CSV ? checked(quoted, column.type()) : quoted;
                    columns.add("CAST(" + value + " AS " + word(column.type()) + ") AS " + quoted);
                }
            }
            if (!columns.isEmpty()) {
                String schema = table.remoteSchema().map(FileTables::quoted).orElse("main");
                statement.execute("CREATE SCHEMA IF NOT EXISTS " + schema);
                statement.execute("CREATE VIEW " + schema + "." + quoted(table.remoteName()) + " AS SELECT "
                        + String.join(", ", columns) + " FROM " + from);
            }
        }
    }

    private static String from(SourceKind kind, Path folder, SourceTable table) {
        String files = text(folder.resolve(table.remoteName()).toString());
        boolean partitioned = table.remoteName().contains("=");
        return switch (kind) {
            case PARQUET -> "read_parquet(" + files + ", hive_partitioning = " + partitioned + ")";
            case CSV ->
                "read_csv(" + files + ", hive_partitioning = " + partitioned + ", header = true, all_varchar = true,"
                        + " delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false)";
            case DUCKDB ->
                ATTACHED + "." + table.remoteSchema().map(FileTables::quoted).orElse("main") + "."
                        + quoted(table.remoteName());
            case POSTGRESQL, MARIADB, MYSQL, ORACLE, SQLSERVER ->
                throw new IllegalArgumentException("not in files: " + kind);
        };
    }

    private static Map<String, String> types(Statement statement, String from) throws SQLException {
        Map<String, String> types = new HashMap<>();
        // A statement of its own: DuckDB closes one that failed.
        try (Statement describe = statement.getConnection().createStatement();
                ResultSet rows = describe.executeQuery("DESCRIBE SELECT * FROM " + from)) {
            while (rows.next()) {
                types.put(rows.getString(1), rows.getString(2));
            }
        } catch (SQLException absent) {
            System.getLogger(FileTables.class.getName())
                    .log(System.Logger.Level.DEBUG, "a table of a source in files cannot be read", absent);
        }
        return types;
    }

    /** Whether every value of the file's type is one of the declared type. */
    private static boolean fits(DataType declared, String type) {
        return switch (declared) {
            case DataType.Decimal decimal -> decimalFits(decimal, type);
            case DataType.Simple simple ->
                switch (simple) {
                    case BOOLEAN -> type.equals("BOOLEAN");
                    case INTEGER ->
                        Set.of("TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT")
                                .contains(type);
                    case BIGINT ->
                        type.equals("BIGINT") || type.equals("UINTEGER") || fits(DataType.Simple.INTEGER, type);
                    case DOUBLE -> type.equals("FLOAT") || type.equals("DOUBLE");
                    case VARCHAR -> type.equals("VARCHAR") || type.equals("UUID") || type.startsWith("ENUM(");
                    case VARBINARY -> type.equals("BLOB");
                    case DATE -> type.equals("DATE");
                    case TIME -> type.equals("TIME");
                    case TIMESTAMP ->
                        Set.of("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS").contains(type);
                    case TIMESTAMP_WITH_TIME_ZONE -> type.equals("TIMESTAMP WITH TIME ZONE");
                };
        };
    }

    private static boolean decimalFits(DataType.Decimal declared, String type) {
        int whole = declared.precision() - declared.scale();
        if (!type.startsWith("DECIMAL(")) {
            return switch (type) {
                case "TINYINT", "UTINYINT" -> whole >= 3;
                case "SMALLINT", "USMALLINT" -> whole >= 5;
                case "INTEGER", "UINTEGER" -> whole >= 10;
                case "BIGINT" -> whole >= 19;
                default -> false;
            };
        }
        int comma = type.indexOf(',');
        int precision = Integer.parseInt(type.substring("DECIMAL(".length(), comma));
        int scale =
                Integer.parseInt(type.substring(comma + 1, type.length() - 1).strip());
        return scale <= declared.scale() && precision - scale <= whole;
    }

    /** A text of a CSV file that is a number of its type to the last digit; casting alone would round it. */
    private static String checked(String column, DataType type) {
        return switch (type) {
            case DataType.Decimal(int _, int scale) -> exact(column, "[+-]?[0-9]+(\\.[0-9]{0," + scale + "}0*)?");
            case DataType.Simple simple ->
                switch (simple) {
                    case INTEGER, BIGINT -> exact(column, "[+-]?[0-9]+");
                    case VARBINARY -> "from_hex(" + column + ")";
                    case TIMESTAMP -> exact(column, MOMENT);
                    case TIMESTAMP_WITH_TIME_ZONE -> exact(column, MOMENT + "(Z|[+-][0-9]{2}(:?[0-9]{2})?)");
                    case BOOLEAN, DOUBLE, VARCHAR, DATE, TIME -> column;
                };
        };
    }

    private static String exact(String column, String form) {
        return "CASE WHEN " + column + " IS NULL OR regexp_full_match(" + column + ", '" + form + "') THEN " + column
                + " ELSE error('Conversion Error: a text in a file is no value of its type') END";
    }

    private static String word(DataType type) {
        return switch (type) {
            case DataType.Decimal(int precision, int scale) -> "DECIMAL(" + precision + ", " + scale + ")";
            case DataType.Simple simple ->
                switch (simple) {
                    case VARBINARY -> "BLOB";
                    case TIMESTAMP_WITH_TIME_ZONE -> "TIMESTAMPTZ";
                    case BOOLEAN, INTEGER, BIGINT, DOUBLE, VARCHAR, DATE, TIME, TIMESTAMP -> type.toString();
                };
        };
    }

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    static String text(String value) {
        return "'" + value.replace("'", "''") + "'";
    }
}
