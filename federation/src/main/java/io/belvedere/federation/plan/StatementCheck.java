package io.belvedere.federation.plan;

import static io.belvedere.federation.plan.PlanVerifier.refused;

import io.belvedere.federation.dialect.CapabilitySheet;
import io.belvedere.federation.dialect.CapabilitySheet.Booleans;
import io.belvedere.federation.dialect.Dialect;
import io.belvedere.federation.dialect.LiteralValues;
import io.belvedere.federation.dialect.SqlTemplate;
import io.belvedere.federation.dialect.SqlTokens;
import io.belvedere.federation.dialect.SqlTokens.Kind;
import io.belvedere.federation.dialect.SqlTokens.Token;
import io.belvedere.federation.dialect.SubQueryValue;
import io.belvedere.federation.dialect.TextColumn;
import io.belvedere.federation.dialect.Types;
import io.belvedere.federation.weave.SecureFilter;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.source.SourceDefinition;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexVisitorImpl;

/**
 * Reads a statement back and compares it with the tree it stands for: the same tables as often, no other; and for each barrier the
 * columns and constants of its condition, after a WHERE.
 */
final class StatementCheck {
    private static final Set<String> FORBIDDEN = Set.of(
            "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER", "COPY", "INTO", "ATTACH", "CALL", "EXECUTE",
            "GRANT");

    private StatementCheck() {}

    static void fetch(Catalog catalog, Step.Fetch fetch, RelNode tree) {
        SourceDefinition source = catalog.findSource(fetch.source())
                .orElseThrow(() -> refused("a source that the catalog does not have"));
        StringBuilder sql = new StringBuilder();
        for (SqlTemplate.Part part : fetch.sql().parts()) {
            switch (part) {
                case SqlTemplate.Text(String text) -> sql.append(text);
                // One token that is evidence of nothing, as whatever literal will stand there.
                case SqlTemplate.Value _ -> sql.append(" VALUE ");
                case SqlTemplate.ShippedValue(int shipment) -> {
                    if (shipment < 0 || shipment >= fetch.values().size()) {
                        throw refused("a place for a value that is not shipped");
                    }
                    sql.append(" VALUE ");
                }
                case SqlTemplate.Known _ -> throw refused("a value that no step gave");
                case SqlTemplate.KeysPlace(int shipment, List<String> columns, Map<String, TextColumn> _) -> {
                    if (shipment < 0
                            || shipment >= fetch.keys().size()
                            || columns.size()
                                    != fetch.keys().get(shipment).columns().size()) {
                        throw refused("a place for keys that are not shipped");
                    }
                    sql.append('(').append(String.join(" = 0 AND ", columns)).append(" = 0)");
                }
            }
        }
        Set<String> named =
                SubQueries.in(tree).stream().map(SubQueryValue::step).collect(Collectors.toSet());
        if (!named.equals(fetch.values().stream().map(ValueShipment::from).collect(Collectors.toSet()))) {
            throw refused("a statement with other values than its tree");
        }
        CapabilitySheet sheet = CapabilitySheet.of(source.kind());
        List<String> expected = new ArrayList<>();
        scans(tree, catalog, expected);
        List<Token> tokens = tokens(sql.toString(), sheet);
        check(tokens, Tables.exactly(expected), tree, column -> remoteNames(catalog, column), sheet.booleans());
    }

    static void engine(String sql, RelNode tree) {
        List<String> expected = new ArrayList<>();
        steps(tree, expected);
        CapabilitySheet sheet = Dialect.engine().sheet();
        Set<String> values =
                SubQueries.in(tree).stream().map(SubQueryValue::step).collect(Collectors.toSet());
        check(tokens(sql, sheet), new Tables(expected, values), tree, column -> Set.of(), sheet.booleans());
    }

    /** The names at the source that a barrier's column may have, by where it comes from. */
    private interface Names {
        Set<String> of(Lineage.Origin origin);
    }

    private static Set<String> remoteNames(Catalog catalog, Lineage.Origin origin) {
        return Set.of(catalog.findTable(Trees.table(origin.scan()))
                .orElseThrow(() -> refused("a table that the catalog does not have"))
                .columns()
                .get(origin.column())
                .remoteName());
    }

    /**
     * The tables of a tree.
     *
     * @param each as often as they are read
     * @param values of one row, which may be read any number of times: an expression may be written twice
     */
    private record Tables(List<String> each, Set<String> values) {
        static Tables exactly(List<String> each) {
            return new Tables(each, Set.of());
        }

        boolean are(List<String> found) {
            List<String> rest = new ArrayList<>(found);
            for (String table : each) {
                if (!rest.remove(table)) {
                    return false;
                }
            }
            return new HashSet<>(rest).equals(values);
        }
    }

    private static void check(List<Token> tokens, Tables expected, RelNode tree, Names names, Booleans booleans) {
        balanced(tokens);
        if (tokens.stream().anyMatch(token -> token.kind() == Kind.WORD && FORBIDDEN.contains(token.value()))) {
            throw refused("a statement that does more than read");
        }
        if (!expected.are(tables(tokens))) {
            throw refused("a statement reads other tables than its tree");
        }
        barriers(tree, tokens, names, booleans);
    }

    private static List<Token> tokens(String sql, CapabilitySheet sheet) {
        try {
            return SqlTokens.read(sql, sheet);
        } catch (IllegalArgumentException unknown) {
            throw refused("a statement that cannot be read back");
        }
    }

    private static void balanced(List<Token> tokens) {
        int depth = 0;
        for (Token token : tokens) {
            depth += token.isSymbol("(") ? 1 : token.isSymbol(")") ? -1 : 0;
            if (depth < 0) {
                break;
            }
        }
        if (depth != 0) {
            throw refused("a statement with unbalanced parentheses");
        }
    }

    /** Last part of each name after FROM or JOIN; sub-queries begin with a parenthesis. */
    private static List<String> tables(List<Token> tokens) {
        List<String> tables = new ArrayList<>();
        for (int i = 0; i + 1 < tokens.size(); i++) {
            boolean from = tokens.get(i).is("FROM") && !isInsideFunction(tokens, i);
            if (!from && !tokens.get(i).is("JOIN")) {
                continue;
            }
            int at = i + 1;
            while (at < tokens.size() && tokens.get(at).isSymbol("(")) {
                at++;
            }
            // Oracle's table of one row, which the dialect writes where no table is read.
            if (tokens.get(at).is("SELECT") || (from && tokens.get(at).is("DUAL"))) {
                continue;
            }
            if (tokens.get(at).kind() != Kind.NAME) {
                throw refused("a table that is not a quoted name");
            }
            String name = tokens.get(at).value();
            while (at + 2 < tokens.size()
                    && tokens.get(at + 1).isSymbol(".")
                    && tokens.get(at + 2).kind() == Kind.NAME) {
                at += 2;
                name = tokens.get(at).value();
            }
            tables.add(name);
        }
        return tables;
    }

    /** {@code extract(YEAR FROM x)} and {@code IS DISTINCT FROM x} are no FROM clauses. */
    private static boolean isInsideFunction(List<Token> tokens, int from) {
        Token before = tokens.get(from - 1);
        boolean extract = from >= 3
                && before.kind() == Kind.WORD
                && tokens.get(from - 2).isSymbol("(")
                && tokens.get(from - 3).is("EXTRACT");
        return extract || before.is("DISTINCT");
    }

    private static void scans(RelNode rel, Catalog catalog, List<String> names) {
        if (rel instanceof TableScan scan) {
            names.add(catalog.findTable(Trees.table(scan))
                    .orElseThrow(() -> refused("a table that the catalog does not have"))
                    .remoteName());
        }
        rel.getInputs().forEach(input -> scans(input, catalog, names));
    }

    private static void steps(RelNode rel, List<String> names) {
        if (rel instanceof StepRef step) {
            names.add(step.step());
        }
        rel.getInputs().forEach(input -> steps(input, names));
    }

    private static void barriers(RelNode rel, List<Token> tokens, Names names, Booleans booleans) {
        if (rel instanceof SecureFilter barrier && !barrier.admitsAll()) {
            int where = 0;
            while (where < tokens.size() && !tokens.get(where).is("WHERE")) {
                where++;
            }
            List<Token> conditions = tokens.subList(where, tokens.size());
            barrier.condition().accept(new Evidence(barrier, conditions, names, booleans));
        }
        rel.getInputs().forEach(input -> barriers(input, tokens, names, booleans));
    }

    /** Finds each column and constant of a barrier's condition among the tokens after WHERE. */
    private static final class Evidence extends RexVisitorImpl<@org.jspecify.annotations.Nullable Void> {
        private final SecureFilter barrier;
        private final List<Token> tokens;
        private final Names names;
        private final Booleans booleans;

        Evidence(SecureFilter barrier, List<Token> tokens, Names names, Booleans booleans) {
            super(true);
            this.barrier = barrier;
            this.tokens = tokens;
            this.names = names;
            this.booleans = booleans;
        }

        @Override
        public @org.jspecify.annotations.Nullable Void visitInputRef(RexInputRef ref) {
            Set<String> wanted = new TreeSet<>();
            Lineage.origin(barrier.getInput(), ref.getIndex()).map(names::of).ifPresent(wanted::addAll);
            boolean found = tokens.stream()
                    .anyMatch(token -> token.kind() == Kind.NAME
                            && (wanted.isEmpty()
                                    || wanted.contains(token.value())
                                    || token.value().startsWith("c")));
            if (!found) {
                throw refused("a statement without the column of its policy");
            }
            return null;
        }

        @Override
        public @org.jspecify.annotations.Nullable Void visitLiteral(RexLiteral literal) {
            if (tokens.stream().noneMatch(token -> matches(token, literal))) {
                throw refused("a statement without the condition of its policy");
            }
            return null;
        }

        private boolean matches(Token token, RexNode node) {
            RexLiteral literal = (RexLiteral) node;
            if (literal.isNull()) {
                return token.is("NULL");
            }
            return switch (Types.kind(literal.getType())) {
                case TEXT ->
                    token.kind() == Kind.TEXT && isText(token.value(), LiteralValues.of(literal, String.class));
                case NUMBER ->
                    token.kind() == Kind.NUMBER
                            && new BigDecimal(token.value())
                                            .compareTo(LiteralValues.of(literal, BigDecimal.class)
                                                    .abs())
                                    == 0;
                case BOOLEAN -> isTruth(token);
                case DATE, TIME, TIMESTAMP, INSTANT, BINARY, INTERVAL, OTHER -> token.kind() == Kind.TEXT;
            };
        }

        private boolean isTruth(Token token) {
            return switch (booleans) {
                case TYPE, NUMBERS -> token.is("TRUE") || token.is("FALSE");
                case NUMBERS_APART ->
                    token.kind() == Kind.NUMBER
                            && (token.value().equals("0") || token.value().equals("1"));
            };
        }

        /** As it is, in hexadecimal of UTF-8 or UTF-16, or unit by unit. */
        private static boolean isText(String token, String value) {
            HexFormat hex = HexFormat.of();
            return token.equals(value)
                    || token.equals("x" + hex.formatHex(value.getBytes(StandardCharsets.UTF_8)))
                    || token.equals("0x" + hex.formatHex(value.getBytes(StandardCharsets.UTF_16LE)))
                    || token.equals(value.chars()
                            .mapToObj(unit -> "\\" + hex.toHexDigits((char) unit))
                            .collect(Collectors.joining()));
        }
    }
}
