package io.belvedere.federation.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.verify.ReadBack;
import io.belvedere.model.source.SourceKind;
import io.belvedere.testkit.TestDatabases;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that were made to break out of a literal, sent to the real products under the settings that change how they read one. */
class LiteralFuzzIT {
    private static final long SEED = 20_261_123;
    private static final int TEXTS = 2_000;
    private static final int TEXTS_A_STATEMENT = 100;
    private static final List<String> PIECES = List.of(
            "'",
            "''",
            "\"",
            "`",
            "\\",
            "\\'",
            "\\\\",
            "\\0",
            "\\x27",
            "\\u0027",
            "--",
            "-- ",
            "#",
            "/*",
            "*/",
            "/*!",
            "/*M!",
            ";",
            "$$",
            "$a$",
            "E'",
            "x'",
            "_utf8mb4",
            "U&'",
            "?",
            ":p",
            "{d",
            "%",
            "_",
            "\n",
            "\r",
            "\t",
            "\u0001",
            "\u0008",
            "\u001a",
            "\u007f",
            "\u0085",
            "\u00a0",
            "\u2028",
            "\ufeff",
            "＇",
            "ʼ",
            "’",
            "é",
            "漢",
            "😀",
            "a",
            "B",
            " ",
            "1=1",
            " or ",
            "");

    private static List<String> texts(boolean zero) {
        Random random = new Random(SEED);
        List<String> texts = new ArrayList<>();
        while (texts.size() < TEXTS) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(8); i >= 0; i--) {
                text.append(PIECES.get(random.nextInt(PIECES.size())));
                if (zero && random.nextInt(20) == 0) {
                    text.append('\0');
                }
                if (random.nextInt(6) == 0) {
                    int point = random.nextInt(0x1_0000, 0x10_ffff);
                    text.appendCodePoint(point);
                }
            }
            texts.add(text.toString());
        }
        return texts;
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "off"})
    void postgresReadsEveryTextAsItself(String conforming) throws SQLException {
        try (TestDatabases.Fresh database = TestDatabases.freshPostgres("literals");
                Connection connection = database.openAsReader();
                Statement statement = connection.createStatement()) {
            statement.execute("SET standard_conforming_strings = " + conforming);
            statement.execute("SET escape_string_warning = off");
            Dialect dialect = Dialect.of(SourceKind.POSTGRESQL);
            assertThat(hexes(statement, dialect, texts(false), "encode(convert_to(%s, 'UTF8'), 'hex')"))
                    .isEqualTo(hexes(texts(false)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "NO_BACKSLASH_ESCAPES",
                "ANSI_QUOTES",
                "ANSI_QUOTES,NO_BACKSLASH_ESCAPES",
                "PIPES_AS_CONCAT,IGNORE_SPACE"
            })
    void mariaDbReadsEveryTextAsItself(String mode) throws SQLException {
        try (TestDatabases.Fresh database = TestDatabases.freshMariaDb("literals");
                Connection connection = database.openAsReader();
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute("SET SESSION sql_mode = '" + mode + "'");
            statement.execute("SET character_set_connection = latin1");
            for (SourceKind kind : List.of(SourceKind.MARIADB, SourceKind.MYSQL)) {
                assertThat(hexes(statement, Dialect.of(kind), texts(true), "LOWER(HEX(CONVERT(%s USING utf8mb4)))"))
                        .isEqualTo(hexes(texts(true)));
            }
        }
    }

    @Test
    void duckDbReadsEveryTextAsItself() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            assertThat(hexes(statement, Dialect.of(SourceKind.PARQUET), texts(false), "lower(hex(encode(%s)))"))
                    .isEqualTo(hexes(texts(false)));
        }
    }

    @Test
    void aZeroCharacterIsNotSentWhereNoLiteralCanHoldOne() {
        assertThatThrownBy(() -> Dialect.of(SourceKind.POSTGRESQL).text("a\0'b"))
                .isInstanceOf(NotOffered.class);
        assertThatThrownBy(() -> Dialect.of(SourceKind.CSV).text("a\0'b")).isInstanceOf(NotOffered.class);
    }

    /**
     * Oracle cannot be started here. What its literals hold is read back by hand: printable ASCII without quote and backslash as it
     * is, anything else unit by unit in hexadecimal. So there is no character in them that could end one early.
     */
    @Test
    void oracleGetsEveryTextWithoutAQuoteInIt() {
        Pattern plain = Pattern.compile("CAST\\('([ -&(-\\[\\]-~]*)' AS VARCHAR2\\((\\d+)\\)\\)");
        Pattern units = Pattern.compile("UNISTR\\('((?:\\\\[0-9a-f]{4})+)'\\)");
        for (String text : texts(false)) {
            if (text.isEmpty()) {
                assertThatThrownBy(() -> Dialect.of(SourceKind.ORACLE).text(text))
                        .isInstanceOf(NotOffered.class);
                continue;
            }
            String literal = Dialect.of(SourceKind.ORACLE).text(text);
            Matcher asItIs = plain.matcher(literal);
            Matcher byUnit = units.matcher(literal);
            if (asItIs.matches()) {
                assertThat(asItIs.group(1)).isEqualTo(text);
                assertThat(asItIs.group(2)).isEqualTo(Integer.toString(text.length()));
            } else {
                assertThat(byUnit.matches()).as(literal).isTrue();
                assertThat(byUnit.group(1).split("\\\\"))
                        .containsExactlyElementsOf(Stream.concat(
                                        Stream.of(""),
                                        text.chars()
                                                .mapToObj(unit -> HexFormat.of().toHexDigits((char) unit)))
                                .toList());
            }
        }
    }

    /** Nor can SQL Server, where a backslash before the end of a line joins it with the next: neither stands in a plain literal. */
    @Test
    void sqlServerGetsEveryTextWithNothingButDoubledQuotes() {
        Pattern plain = Pattern.compile("N'((?:[^'\\\\\\p{Cntrl}]|'')*)'");
        Pattern bytes = Pattern.compile("CAST\\(0x([0-9a-f]*) AS NVARCHAR\\((\\d+)\\)\\)");
        for (String text : texts(false)) {
            String literal = Dialect.of(SourceKind.SQLSERVER).text(text);
            Matcher asItIs = plain.matcher(literal);
            Matcher byByte = bytes.matcher(literal);
            if (asItIs.matches()) {
                assertThat(asItIs.group(1).replace("''", "'")).isEqualTo(text);
            } else {
                assertThat(byByte.matches()).as(literal).isTrue();
                assertThat(new String(HexFormat.of().parseHex(byByte.group(1)), StandardCharsets.UTF_16LE))
                        .isEqualTo(text);
                assertThat(byByte.group(2)).isEqualTo(Integer.toString(text.length()));
            }
        }
    }

    /** Every text written as a literal is one token, and nothing else, to the verifier too. */
    @ParameterizedTest
    @ValueSource(strings = {"POSTGRESQL", "MARIADB", "MYSQL", "DUCKDB"})
    void theVerifierReadsEveryTextAsOneLiteral(SourceKind kind) {
        for (String text : texts(false)) {
            List<String> tokens = ReadBack.tokens(Dialect.of(kind).text(text), kind).stream()
                    .filter(token -> !token.equals("WORD _UTF8MB4"))
                    .toList();
            assertThat(tokens).hasSize(1);
            assertThat(tokens.getFirst()).isIn("TEXT " + text, "HEX " + hex(text));
        }
    }

    private static List<String> hexes(Statement statement, Dialect dialect, List<String> texts, String form)
            throws SQLException {
        List<String> hexes = new ArrayList<>();
        for (int from = 0; from < texts.size(); from += TEXTS_A_STATEMENT) {
            String sql = texts.subList(from, from + TEXTS_A_STATEMENT).stream()
                    .map(text -> form.formatted(dialect.text(text)))
                    .collect(Collectors.joining(", ", "SELECT ", ""));
            try (ResultSet row = statement.executeQuery(sql)) {
                assertThat(row.next()).isTrue();
                for (int i = 1; i <= TEXTS_A_STATEMENT; i++) {
                    hexes.add(row.getString(i));
                }
                assertThat(row.next()).isFalse();
            }
        }
        return hexes;
    }

    private static List<String> hexes(List<String> texts) {
        return texts.stream().map(LiteralFuzzIT::hex).toList();
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }
}
