package io.belvedere.federation.run;

import io.belvedere.federation.dialect.SqlTemplate;
import io.belvedere.model.source.SourceKind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A statement as it goes to a source, with shipped keys in the product's {@link KeyWriter}.
 *
 * @param sql as sent
 * @param parameters values, as texts, for each {@code ?}
 * @param shown the same with keys as a count, shortened; holds no key
 * @param keys how many keys it holds
 */
record SourceStatement(String sql, List<String> parameters, String shown, long keys) {
    private static final String TRUE = "1 = 1";
    private static final int SHOWN_LENGTH_MAX = 4_000;

    SourceStatement {
        parameters = List.copyOf(parameters);
    }

    /**
     * @param keys by shipment; empty where no condition is wanted
     */
    static SourceStatement render(SourceKind kind, SqlTemplate template, List<Optional<ShippedKeys>> keys) {
        StringBuilder sql = new StringBuilder();
        StringBuilder shown = new StringBuilder();
        List<String> parameters = new ArrayList<>();
        long count = 0;
        for (SqlTemplate.Part part : template.parts()) {
            switch (part) {
                case SqlTemplate.Text(String text) -> {
                    sql.append(text);
                    shown.append(text);
                }
                case SqlTemplate.Known(String literal) -> {
                    sql.append(literal);
                    shown.append(SqlTemplate.Known.SHOWN);
                }
                case SqlTemplate.KnownRows known -> {
                    sql.append(known.sql());
                    parameters.addAll(known.parameters());
                    shown.append(known.shown());
                }
                case SqlTemplate.Value _, SqlTemplate.ShippedValue _, SqlTemplate.RowsPlace _ ->
                    throw new IllegalStateException("a plan is run with its values in place");
                case SqlTemplate.KeysPlace place -> {
                    Optional<ShippedKeys> shipped = keys.get(place.shipment());
                    Optional<KeyConditions.Condition> condition = shipped.map(these ->
                            KeyConditions.condition(KeyWriter.of(kind, place.texts()), place.columnsSql(), these));
                    if (condition.isEmpty()) {
                        sql.append(TRUE);
                        shown.append(TRUE);
                        continue;
                    }
                    sql.append(condition.get().sql());
                    parameters.addAll(condition.get().parameters());
                    shown.append(place.rowSql())
                            .append(" IN (<")
                            .append(condition.get().keys())
                            .append(" keys>)");
                    count += condition.get().keys();
                }
            }
        }
        return new SourceStatement(sql.toString(), parameters, shorten(shown), count);
    }

    /** Whether the source takes a statement of this length. */
    boolean fits(long bytesMax) {
        long parameterBytes = parameters.stream()
                .mapToLong(parameter -> parameter.getBytes(StandardCharsets.UTF_8).length)
                .sum();
        return sql.getBytes(StandardCharsets.UTF_8).length + parameterBytes <= bytesMax;
    }

    private static String shorten(StringBuilder text) {
        return text.length() <= SHOWN_LENGTH_MAX ? text.toString() : text.substring(0, SHOWN_LENGTH_MAX) + " …";
    }

    /** SHA-256 of the SQL as sent, in hexadecimal. */
    String sha256() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(sql.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return shown;
    }
}
