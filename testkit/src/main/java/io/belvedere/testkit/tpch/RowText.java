package io.belvedere.testkit.tpch;

import io.trino.tpch.TpchColumn;
import io.trino.tpch.TpchEntity;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Rows as PostgreSQL's COPY and MariaDB's LOAD DATA both read them. TPC-H's words hold no tab, line feed or backslash. One thread. */
final class RowText<E extends TpchEntity> {
    private final List<TpchColumn<E>> columns;
    private final StringBuilder line = new StringBuilder(256);
    private final Map<Integer, String> dates = new HashMap<>(); // TPC-H has 2,557 days

    RowText(List<TpchColumn<E>> columns) {
        this.columns = columns;
    }

    byte[] write(E entity) {
        line.setLength(0);
        for (var column : columns) {
            append(column, entity);
            line.append('\t');
        }
        line.setCharAt(line.length() - 1, '\n');
        return line.toString().getBytes(StandardCharsets.ISO_8859_1); // all of TPC-H is ASCII
    }

    private void append(TpchColumn<E> column, E entity) {
        switch (column.getType().getBase()) {
            case IDENTIFIER -> line.append(column.getIdentifier(entity));
            case INTEGER -> line.append(column.getInteger(entity));
            case DATE ->
                line.append(dates.computeIfAbsent(
                        column.getDate(entity), day -> LocalDate.ofEpochDay(day).toString()));
            case DOUBLE -> cents(Math.round(column.getDouble(entity) * 100));
            case VARCHAR -> line.append(column.getString(entity));
        }
    }

    private void cents(long value) {
        var whole = Math.abs(value);
        line.append(value < 0 ? "-" : "").append(whole / 100);
        line.append(whole % 100 < 10 ? ".0" : ".").append(whole % 100);
    }
}
