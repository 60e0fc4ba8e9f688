package io.belvedere.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One row by key, both ways: the JSON of the question to us, and the statement that a programmer would prepare.
 *
 * @param question with {@code %d} where the key goes
 * @param token prefix of the tokens of the callers who may ask it; each client has one of its own
 * @param url of the database that has the row
 * @param direct the same row by hand, masks and row filter in it
 * @param keys how many keys there are
 * @param step between two keys, and the first of them
 */
record LookupCase(
        String name, String question, String token, String url, String password, String direct, long keys, long step) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** A key that jumps about, the same for both sides. */
    long key(long turn) {
        return step * (1 + turn * 7919 % keys);
    }

    String ask(WireClient client, long turn) throws IOException {
        return client.query(String.format(Locale.ROOT, question, key(turn)));
    }

    Direct connect() throws SQLException {
        Connection connection = DriverManager.getConnection(url, "belvedere", password);
        connection.setReadOnly(true);
        return new Direct(connection, connection.prepareStatement(direct));
    }

    /** The rows of an answer, as text. */
    static List<List<String>> rows(String answer) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode row : JSON.readTree(answer).path("rows")) {
            List<String> cells = new ArrayList<>();
            row.forEach(cell -> cells.add(cell.asText()));
            rows.add(cells);
        }
        return rows;
    }

    /** A kept connection with the statement prepared. Used by one thread. */
    record Direct(Connection connection, PreparedStatement statement) implements AutoCloseable {
        List<List<String>> rows(long key) throws SQLException {
            statement.setLong(1, key);
            List<List<String>> rows = new ArrayList<>();
            try (ResultSet result = statement.executeQuery()) {
                int columns = result.getMetaData().getColumnCount();
                while (result.next()) {
                    List<String> row = new ArrayList<>(columns);
                    for (int column = 1; column <= columns; column++) {
                        row.add(String.valueOf(result.getString(column)));
                    }
                    rows.add(row);
                }
            }
            return rows;
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }
}
