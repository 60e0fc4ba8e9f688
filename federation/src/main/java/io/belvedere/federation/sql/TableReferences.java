package io.belvedere.federation.sql;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
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
        references.search(statement, Set.of());
        return List.copyOf(references.found.values());
    }

    private void search(@Nullable SqlNode node, Set<String> local) {
        switch (node) {
            case null -> {}
            case SqlWith with -> with(with, local);
            case SqlSelect select -> select(select, local);
            case SqlNodeList list -> list.forEach(item -> search(item, local));
            case SqlCall call -> call.getOperandList().forEach(operand -> search(operand, local));
            default -> {}
        }
    }

    private void with(SqlWith with, Set<String> local) {
        Set<String> inside = new HashSet<>(local);
        for (SqlNode node : with.withList) {
            SqlWithItem item = (SqlWithItem) node;
            search(item.query, Set.copyOf(inside));
            inside.add(item.name.getSimple());
        }
        search(with.body, Set.copyOf(inside));
    }

    private void select(SqlSelect select, Set<String> local) {
        for (int i = 0; i < select.operandCount(); i++) {
            if (i == SqlSelect.FROM_OPERAND) {
                from(select.getFrom(), local);
            } else {
                search(select.getOperandList().get(i), local);
            }
        }
    }

    private void from(@Nullable SqlNode node, Set<String> local) {
        switch (node) {
            case null -> {}
            case SqlIdentifier name -> name(name, local);
            case SqlJoin join -> {
                from(join.getLeft(), local);
                from(join.getRight(), local);
                search(join.getCondition(), local);
            }
            case SqlCall call
            when call.getKind() == SqlKind.AS || call.getKind() == SqlKind.LATERAL -> from(call.operand(0), local);
            default -> search(node, local);
        }
    }

    private void name(SqlIdentifier name, Set<String> local) {
        if (name.isSimple() && local.contains(name.getSimple())) {
            return;
        }
        List<String> path = List.copyOf(name.names);
        found.putIfAbsent(
                path,
                new TableReference(
                        path,
                        typed(path),
                        name.getParserPosition().getLineNum(),
                        name.getParserPosition().getColumnNum()));
    }

    private static String typed(List<String> path) {
        List<String> parts = new ArrayList<>();
        for (String part : path) {
            parts.add(part.matches("[a-z_][a-z0-9_]*") ? part : "\"" + part.replace("\"", "\"\"") + "\"");
        }
        return parts.stream().collect(Collectors.joining("."));
    }
}
