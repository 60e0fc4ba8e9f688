package io.belvedere.testkit.tpch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One of the 22 queries with the parameters of the specification's validation run, over the views {@code tpch.<table>}. Belvedere and
 * PostgreSQL both take the text as it is.
 *
 * @param orderedBy the result's columns by which its rows are ordered; empty when it has one row
 */
public record TpchQuery(int number, String title, List<String> orderedBy, String sql) {
    private static final int QUERIES = 22;
    private static final String TITLE = "-- ";
    private static final String ORDER = "-- order: ";

    public TpchQuery {
        orderedBy = List.copyOf(orderedBy);
    }

    /** All 22, in order, for data of {@code scale}: query 11 asks for a share that shrinks as the data grow. */
    public static List<TpchQuery> all(double scale) {
        var fraction = BigDecimal.valueOf(0.0001)
                .divide(BigDecimal.valueOf(scale), 12, java.math.RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
        var all = new ArrayList<TpchQuery>();
        for (var number = 1; number <= QUERIES; number++) {
            all.add(parse(number, read(number).replace("${fraction}", fraction)));
        }
        return all;
    }

    private static TpchQuery parse(int number, String text) {
        var lines = text.lines().toList();
        var order = lines.get(1).substring(ORDER.length());
        return new TpchQuery(
                number,
                lines.getFirst().substring(TITLE.length()),
                order.equals("none") ? List.of() : List.of(order.split(", ")),
                String.join("\n", lines.subList(2, lines.size())));
    }

    private static String read(int number) {
        var name = "q%02d.sql".formatted(number);
        try (var file = TpchQuery.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException("There is no " + name);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return "Q%d %s".formatted(number, title);
    }
}
