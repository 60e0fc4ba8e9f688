package io.belvedere.federation.sql;

import static io.belvedere.federation.FederationError.LIMIT_EXCEEDED;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlWith;
import org.apache.calcite.sql.SqlWithItem;
import org.jspecify.annotations.Nullable;

/**
 * Finds the tables that a clean tree names, at every depth.
 *
 * <p>A name of one part may be a WITH query in whose scope it stands; a name of two parts never is, so nothing that a caller
 * writes can stand in for a view.
 */
final class TableReferences {
    private final Map<List<String>, TableReference> found = new LinkedHashMap<>();

    private TableReferences() {}

    /** Each once, in the order of the text. */
    static List<TableReference> in(SqlNode statement) {
        TableReferences references = new TableReferences();
        Reads reads = references.search(statement, Map.of());
        long all = reads.counts().values().stream().mapToLong(Long::longValue).sum();
        if (all > StatementLimits.READS_MAX) {
            throw SqlProblem.of(
                    LIMIT_EXCEEDED,
                    "With every WITH query written out, the query reads more than " + StatementLimits.READS_MAX
                            + " tables.");
        }
        return references.found.values().stream()
                .map(reference -> new TableReference(
                        reference.path(),
                        reference.typed(),
                        reads.counts().getOrDefault(reference.path(), 0L),
                        reference.line(),
                        reference.column()))
                .toList();
    }

    private Reads search(@Nullable SqlNode node, Map<String, Reads> local) {
        return switch (node) {
            case null -> Reads.NONE;
            case SqlWith with -> with(with, local);
            case SqlSelect select -> select(select, local);
            case SqlNodeList list -> all(list.getList(), local);
            case SqlCall call
            when call.getKind() == SqlKind.VALUES ->
                all(call.getOperandList(), local).plus(Reads.CONSTANTS);
            case SqlCall call -> all(call.getOperandList(), local);
            default -> Reads.NONE;
        };
    }

    private Reads all(List<? extends @Nullable SqlNode> nodes, Map<String, Reads> local) {
        Reads reads = Reads.NONE;
        for (SqlNode node : nodes) {
            reads = reads.plus(search(node, local));
        }
        return reads;
    }

    private Reads with(SqlWith with, Map<String, Reads> local) {
        Map<String, Reads> inside = new HashMap<>(local);
        for (SqlNode node : with.withList) {
            SqlWithItem item = (SqlWithItem) node;
            Reads reads = search(item.query, Map.copyOf(inside));
            inside.put(item.name.getSimple(), reads);
        }
        return search(with.body, Map.copyOf(inside));
    }

    private Reads select(SqlSelect select, Map<String, Reads> local) {
        Reads reads = select.getFrom() == null ? Reads.CONSTANTS : from(select.getFrom(), local);
        for (int i = 0; i < select.operandCount(); i++) {
            if (i != SqlSelect.FROM_OPERAND) {
                reads = reads.plus(search(select.getOperandList().get(i), local));
            }
        }
        return reads;
    }

    private Reads from(@Nullable SqlNode node, Map<String, Reads> local) {
        return switch (node) {
            case null -> Reads.NONE;
            case SqlIdentifier name -> name(name, local);
            case SqlJoin join ->
                from(join.getLeft(), local).plus(from(join.getRight(), local)).plus(search(join.getCondition(), local));
            case SqlCall call
            when call.getKind() == SqlKind.AS || call.getKind() == SqlKind.LATERAL -> from(call.operand(0), local);
            default -> search(node, local);
        };
    }

    private Reads name(SqlIdentifier name, Map<String, Reads> local) {
        if (name.isSimple() && local.containsKey(name.getSimple())) {
            return local.getOrDefault(name.getSimple(), Reads.NONE);
        }
        List<String> path = List.copyOf(name.names);
        found.putIfAbsent(
                path,
                new TableReference(
                        path,
                        typed(path),
                        1,
                        name.getParserPosition().getLineNum(),
                        name.getParserPosition().getColumnNum()));
        return new Reads(Map.of(path, 1L));
    }

    private static String typed(List<String> path) {
        List<String> parts = new ArrayList<>();
        for (String part : path) {
            parts.add(part.matches("[a-z_][a-z0-9_]*") ? part : "\"" + part.replace("\"", "\"\"") + "\"");
        }
        return String.join(".", parts);
    }

    /** How often each table is read; a count stops growing long before it overflows. */
    private record Reads(Map<List<String>, Long> counts) {
        static final Reads NONE = new Reads(Map.of());
        /** Rows without a table weigh as much as one, under a name that no table has. */
        static final Reads CONSTANTS = new Reads(Map.of(List.of(), 1L));

        private static final long ENOUGH = 1_000_000;

        Reads plus(Reads other) {
            if (other.counts.isEmpty()) {
                return this;
            }
            Map<List<String>, Long> sum = new HashMap<>(counts);
            other.counts.forEach((path, count) -> sum.merge(path, count, (one, two) -> Math.min(ENOUGH, one + two)));
            return new Reads(sum);
        }
    }
}
