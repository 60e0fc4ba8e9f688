package io.belvedere.server.http;

import static io.belvedere.server.ServerError.REQUEST_INVALID;

import io.belvedere.federation.sql.QueryText;
import io.belvedere.federation.sql.SqlProblem;
import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.ViewReference;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.ViewDefinition;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * {@code GET /views/{name}/rows} as a statement: names are checked and quoted, values travel as parameters only.
 *
 * <p>A filter is {@code column=value} or {@code column.OP=value} with {@code eq ne lt le gt ge in null}; all of them hold. A value is
 * read as the column's type. Where that fails, or there is no such column, it stays text: whether a hidden column exists must not
 * show in how a value is refused.
 */
final class RowsQuery {
    static final int LIMIT_DEFAULT = 1_000;
    static final int LIMIT_MAX = 100_000;
    static final int FILTERS_MAX = 50;
    private static final Set<String> RESERVED = Set.of("columns", "order", "limit", "purpose", "timeout");
    private static final int DIGITS_MAX = 100;

    private final Optional<ViewDefinition> view;
    private final List<Optional<Literal>> parameters = new ArrayList<>();
    private final List<Filter> filters = new ArrayList<>();

    /**
     * A statement that the caller did not write, made of parameters that it did.
     *
     * @param text the statement, on one line
     * @param places by the column where what was made of a parameter begins, from 1, the parameter's name
     */
    record Rows(QueryText text, NavigableMap<Integer, String> places) {
        Rows {
            places = Collections.unmodifiableNavigableMap(new TreeMap<>(places));
        }

        /** An error about a place of the statement as one about the parameter that it was made of; others as they are. */
        BelvedereException named(BelvedereException error) {
            if (!(error.getCause() instanceof SqlProblem problem) || problem.line() != 1) {
                return error;
            }
            Map.Entry<Integer, String> place = places.floorEntry(problem.column());
            String words = place == null ? problem.words() : "Parameter '" + place.getValue() + "': " + problem.words();
            return problem.code().error(words, problem);
        }
    }

    /** A condition, and the parameter that asks for it. */
    private record Filter(String parameter, String condition) {}

    private RowsQuery(Optional<ViewDefinition> view) {
        this.view = view;
    }

    /**
     * The statement.
     *
     * @param view the contract that types the values; empty where there is none
     * @param query the request's query parameters, decoded
     */
    static Rows of(ViewReference reference, Optional<ViewDefinition> view, Map<String, List<String>> query) {
        RowsQuery rows = new RowsQuery(view);
        NavigableMap<Integer, String> places = new TreeMap<>();
        StringBuilder sql = new StringBuilder("SELECT ");
        places.put(sql.length() + 1, "columns");
        sql.append(columns(single(query, "columns"))).append(" FROM ");
        places.put(sql.length() + 1, "name");
        sql.append(quoted(reference.name().domain())).append('.').append(quoted(named(reference)));
        // Sorted, so that one request is one statement, in the audit log and in every cache.
        new TreeMap<>(query).forEach((key, values) -> {
            if (!RESERVED.contains(key)) {
                values.forEach(value -> rows.filters.add(new Filter(key, rows.condition(key, value))));
            }
        });
        if (rows.filters.size() > FILTERS_MAX) {
            throw invalid("There are more than " + FILTERS_MAX + " filters.");
        }
        String before = " WHERE ";
        for (Filter filter : rows.filters) {
            sql.append(before);
            places.put(sql.length() + 1, filter.parameter());
            sql.append(filter.condition());
            before = " AND ";
        }
        single(query, "order").ifPresent(order -> {
            places.put(sql.length() + 1, "order");
            sql.append(" ORDER BY ").append(order(order));
        });
        places.put(sql.length() + 1, "limit");
        sql.append(" FETCH FIRST ").append(limit(single(query, "limit"))).append(" ROWS ONLY");
        return new Rows(new QueryText(sql.toString(), rows.parameters), places);
    }

    private static String named(ViewReference reference) {
        return switch (reference.pin()) {
            case ViewReference.Newest _ -> reference.name().name();
            case ViewReference.Major(int major) -> reference.name().name() + "@" + major;
            case ViewReference.Minor(int major, int minor) -> reference.name().name() + "@" + major + "." + minor;
            case ViewReference.Exact(var version) -> reference.name().name() + "@" + version;
        };
    }

    private static String columns(Optional<String> list) {
        if (list.isEmpty()) {
            return "*";
        }
        List<String> names = new ArrayList<>();
        for (String name : list.get().split(",", -1)) {
            names.add(quoted(column(name)));
        }
        return String.join(", ", names);
    }

    private static String order(String list) {
        List<String> keys = new ArrayList<>();
        for (String key : list.split(",", -1)) {
            boolean descending = key.startsWith("-");
            keys.add(quoted(column(descending ? key.substring(1) : key)) + (descending ? " DESC" : ""));
        }
        return String.join(", ", keys);
    }

    private String condition(String key, String value) {
        int dot = key.indexOf('.');
        String column = column(dot < 0 ? key : key.substring(0, dot));
        String operator = dot < 0 ? "eq" : key.substring(dot + 1);
        return switch (operator) {
            case "eq" -> compared(column, "=", value);
            case "ne" -> compared(column, "<>", value);
            case "lt" -> compared(column, "<", value);
            case "le" -> compared(column, "<=", value);
            case "gt" -> compared(column, ">", value);
            case "ge" -> compared(column, ">=", value);
            case "in" -> among(column, value);
            case "null" -> quoted(column) + (flag(value) ? " IS NULL" : " IS NOT NULL");
            default ->
                throw invalid("A filter is column=value or column.OP=value with eq, ne, lt, le, gt, ge, in or null.");
        };
    }

    private String compared(String column, String operator, String value) {
        parameters.add(Optional.of(literal(column, value)));
        return quoted(column) + " " + operator + " ?";
    }

    private String among(String column, String list) {
        String[] values = list.split(",", -1);
        for (String value : values) {
            parameters.add(Optional.of(literal(column, value)));
        }
        if (parameters.size() > QueryText.PARAMETERS_MAX) {
            throw invalid("The filters hold more than " + QueryText.PARAMETERS_MAX + " values.");
        }
        return quoted(column) + " IN (" + String.join(", ", Collections.nCopies(values.length, "?")) + ")";
    }

    private Literal literal(String column, String value) {
        Optional<DataType> type = view.flatMap(definition -> definition.findColumn(new ColumnName(column)))
                .map(ColumnContract::type);
        try {
            return type.map(known -> literal(known, value)).orElseGet(() -> new Literal.Text(value));
        } catch (DateTimeException | NumberFormatException notOfThatType) {
            return new Literal.Text(value);
        }
    }

    private static Literal literal(DataType type, String value) {
        return switch (type) {
            case DataType.Decimal _ -> number(value);
            case DataType.Simple simple ->
                switch (simple) {
                    case INTEGER, BIGINT, DOUBLE -> number(value);
                    case BOOLEAN ->
                        value.equals("true") || value.equals("false")
                                ? new Literal.Bool(value.equals("true"))
                                : new Literal.Text(value);
                    case DATE -> new Literal.Date(LocalDate.parse(value));
                    case TIMESTAMP, TIMESTAMP_WITH_TIME_ZONE ->
                        new Literal.Timestamp(Instant.parse(value.endsWith("Z") ? value : value + "Z"));
                    case TIME, VARCHAR, VARBINARY -> new Literal.Text(value);
                };
        };
    }

    private static Literal number(String value) {
        if (value.length() > DIGITS_MAX) {
            throw new NumberFormatException();
        }
        BigDecimal number = new BigDecimal(value);
        if (Math.abs(number.scale()) > DIGITS_MAX) {
            throw new NumberFormatException();
        }
        return new Literal.Numeric(number);
    }

    private static boolean flag(String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw invalid("The filter column.null is true or false.");
        };
    }

    private static int limit(Optional<String> text) {
        if (text.isEmpty()) {
            return LIMIT_DEFAULT;
        }
        if (!text.get().matches("[0-9]{1,9}") || Integer.parseInt(text.get()) > LIMIT_MAX) {
            throw invalid("A limit is 0 to " + LIMIT_MAX + ".");
        }
        return Integer.parseInt(text.get());
    }

    static Optional<String> single(Map<String, List<String>> query, String key) {
        List<String> values = query.getOrDefault(key, List.of());
        if (values.size() > 1) {
            throw invalid("The parameter " + key + " is given more than once.");
        }
        return values.stream().findFirst();
    }

    private static String column(String name) {
        try {
            return new ColumnName(name).value();
        } catch (IllegalArgumentException notOne) {
            throw invalid("A column is a lower-case word of letters, digits and _.");
        }
    }

    /** Only for names that were checked to be words, with {@code @} and digits at most. */
    private static String quoted(String name) {
        return '"' + name + '"';
    }

    private static BelvedereException invalid(String message) {
        return REQUEST_INVALID.error(message);
    }
}
