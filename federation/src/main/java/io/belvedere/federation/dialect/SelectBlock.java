package io.belvedere.federation.dialect;

import java.util.ArrayList;
import java.util.List;

/** One SELECT under construction. Not safe for use by several threads; lives within one call of {@link SelectWriter}. */
final class SelectBlock {
    final String from;
    final List<String> columns;
    /** Whether column {@code i} is a plain column of the FROM clause. */
    final List<Boolean> plain;

    final List<String> where = new ArrayList<>();
    final List<String> orderBy = new ArrayList<>();
    String groupBy = "";
    String limit = "";
    /** Whether FROM holds a join, and needs parentheses inside another. */
    boolean joined;

    boolean aggregated;
    boolean windowed;

    SelectBlock(String from, List<String> columns, List<Boolean> plain) {
        this.from = from;
        this.columns = List.copyOf(columns);
        this.plain = List.copyOf(plain);
    }

    /** The same SELECT with other output columns. */
    SelectBlock with(List<String> outputs, List<Boolean> outputsPlain) {
        SelectBlock block = new SelectBlock(from, outputs, outputsPlain);
        block.where.addAll(where);
        block.orderBy.addAll(orderBy);
        block.groupBy = groupBy;
        block.limit = limit;
        block.joined = joined;
        block.aggregated = aggregated;
        block.windowed = windowed;
        return block;
    }

    boolean isOrderedOrLimited() {
        return !orderBy.isEmpty() || !limit.isEmpty();
    }

    /** FROM and WHERE only: what stands above may still be written into the same SELECT. */
    boolean isOpen() {
        return !aggregated && !windowed && !isOrderedOrLimited();
    }

    boolean isAllPlain() {
        return !plain.contains(false);
    }

    String sql(List<String> names) {
        StringBuilder sql = new StringBuilder("SELECT ");
        for (int i = 0; i < columns.size(); i++) {
            sql.append(i == 0 ? "" : ", ").append(columns.get(i)).append(" AS ").append(names.get(i));
        }
        if (!from.isEmpty()) {
            sql.append("\nFROM ").append(from);
        }
        if (!where.isEmpty()) {
            sql.append("\nWHERE ").append(String.join("\n  AND ", where));
        }
        if (!groupBy.isEmpty()) {
            sql.append("\nGROUP BY ").append(groupBy);
        }
        if (!orderBy.isEmpty()) {
            sql.append("\nORDER BY ").append(String.join(", ", orderBy));
        }
        if (!limit.isEmpty()) {
            sql.append('\n').append(limit);
        }
        return sql.toString();
    }
}
