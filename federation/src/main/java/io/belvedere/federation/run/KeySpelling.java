package io.belvedere.federation.run;

import io.belvedere.model.DataType;
import io.belvedere.model.source.SourceKind;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Literals of keys, such that no setting of a session reads them otherwise. */
enum KeySpelling {
    MARIADB {
        // In a row, text of two character sets is not brought together: nothing is found in a latin1 column.
        @Override
        boolean comparesInRows(DataType type) {
            return type == DataType.Simple.INTEGER || type == DataType.Simple.BIGINT;
        }

        // There is neither infinity nor NaN.
        @Override
        boolean isPossible(DataType type, String text) {
            return type != DataType.Simple.DOUBLE || !(text.equals("NaN") || text.endsWith("Infinity"));
        }

        // What the column's own character set lacks is an error, not a row less. Both products have this collation;
        // that
        // it ignores spaces at the end only finds more.
        @Override
        String beyondHeld(String column) {
            return "CONVERT(" + column + " USING utf8mb4) COLLATE utf8mb4_bin";
        }

        @Override
        String text(String text) {
            return "_utf8mb4 x'" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)) + "'";
        }

        @Override
        String binary(String hexadecimal) {
            return "x'" + hexadecimal + "'";
        }

        @Override
        String bool(String word) {
            return word;
        }
    },
    ORACLE {
        @Override
        boolean comparesInRows(DataType type) {
            return type == DataType.Simple.INTEGER || type == DataType.Simple.BIGINT || type == DataType.Simple.DATE;
        }

        // An empty text is NULL there, which equals nothing.
        @Override
        boolean isPossible(DataType type, String text) {
            return !text.isEmpty() && !text.equals("NaN") && !text.endsWith("Infinity");
        }

        @Override
        String text(String text) {
            StringBuilder escaped = new StringBuilder("UNISTR('");
            text.chars()
                    .forEach(unit -> escaped.append('\\').append(HexFormat.of().toHexDigits((char) unit)));
            return escaped.append("')").toString();
        }

        @Override
        String binary(String hexadecimal) {
            return "HEXTORAW('" + hexadecimal + "')";
        }

        @Override
        String bool(String word) {
            return word.equals("true") ? "1" : "0";
        }
    },
    DUCKDB {
        @Override
        boolean comparesInRows(DataType type) {
            return true;
        }

        @Override
        boolean isPossible(DataType type, String text) {
            return true;
        }

        // A zero character stands in a text, but in no literal.
        @Override
        String text(String text) {
            String literal = "'" + text.replace("'", "''") + "'";
            return text.indexOf('\0') < 0 ? literal : "(" + literal.replace("\0", "' || chr(0) || '") + ")";
        }

        @Override
        String binary(String hexadecimal) {
            return "from_hex('" + hexadecimal + "')";
        }

        @Override
        String bool(String word) {
            return word;
        }

        // Infinity and NaN are values there, and equal to themselves.
        @Override
        String fraction(String text) {
            return "CAST('" + text + "' AS DOUBLE)";
        }
    };

    /** Text that means itself between single quotes everywhere. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_ .:@+/-]*");

    static KeySpelling of(SourceKind kind) {
        return switch (kind) {
            case MARIADB, MYSQL -> MARIADB;
            case DUCKDB, PARQUET, CSV -> DUCKDB;
            case ORACLE -> ORACLE;
            case POSTGRESQL, SQLSERVER -> throw new IllegalArgumentException(kind + " takes no literals");
        };
    }

    abstract boolean comparesInRows(DataType type);

    abstract boolean isPossible(DataType type, String text);

    /** A text that is not plain. */
    abstract String text(String text);

    abstract String binary(String hexadecimal);

    abstract String bool(String word);

    /** A column of text as it is compared with text that its character set may lack. */
    String beyondHeld(String column) {
        return column;
    }

    static boolean isPlain(DataType type, String text) {
        return type != DataType.Simple.VARCHAR || PLAIN.matcher(text).matches();
    }

    /** A binary fraction. */
    String fraction(String text) {
        return text;
    }

    /** A value, given as {@link ShippedKeys.Column} says. */
    final String literal(DataType type, String text) {
        return switch (type) {
            case DataType.Decimal _ -> text;
            case DataType.Simple simple ->
                switch (simple) {
                    case INTEGER, BIGINT -> text;
                    case DOUBLE -> fraction(text);
                    case BOOLEAN -> bool(text);
                    case VARCHAR -> isPlain(type, text) ? "'" + text + "'" : text(text);
                    case VARBINARY -> binary(text);
                    case DATE -> "DATE'" + text + "'";
                    case TIME -> "TIME'" + text + "'";
                    case TIMESTAMP, TIMESTAMP_WITH_TIME_ZONE -> "TIMESTAMP'" + text + "'";
                };
        };
    }
}
