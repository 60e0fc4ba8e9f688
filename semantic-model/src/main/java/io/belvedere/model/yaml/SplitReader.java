package io.belvedere.model.yaml;

import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.source.Split;
import io.belvedere.model.yaml.SourceSpec.SplitRule;
import io.belvedere.model.yaml.SourceSpec.TableColumnSpec;
import io.belvedere.model.yaml.SourceSpec.TableSpec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a source's file says that its tables are split, checked against its shards and tables.
 *
 * <p>Every table of a split source has a shard key: of a table without one nobody could say whether a shard holds a part of it
 * or a copy, and an answer would count rows twice or miss some.
 */
final class SplitReader {
    private final Places places;
    private final Problems problems;

    SplitReader(Places places, Problems problems) {
        this.places = places;
        this.problems = problems;
    }

    /** The split; empty when there is none, or when there is a problem, which is then reported. */
    Optional<Split> read(SourceSpec.Body body, Optional<SourceName> source) {
        SourceSpec.SplitSpec spec = body.split();
        int shards = body.shards() == null ? 1 : body.shards().size();
        if (spec == null) {
            if (shards > 1 && places.node(body, "split").isEmpty()) {
                problems.add(
                        DiagnosticCode.KEY_MISSING,
                        places.of(body, "shards"),
                        "A source with several shards says how it is split; add the key 'split' beside 'shards'.");
            }
            return Optional.empty();
        }
        if (shards == 1) {
            invalid(places.of(spec), "A source with one database is not split; remove 'split'.");
        }
        checkKeys(spec, body);
        checkBounds(spec, shards);
        SplitRule rule = spec.rule();
        if (!problems.none() || rule == null || spec.keys() == null || source.isEmpty()) {
            return Optional.empty();
        }
        Map<TableName, ColumnName> keys = new HashMap<>();
        spec.keys().forEach((table, column) -> keys.put(new TableName(source.get(), table), new ColumnName(column)));
        return Optional.of(new Split(
                keys,
                switch (rule) {
                    case MODULO -> new Split.Modulo();
                    case RANGE -> new Split.Range(SpecValues.present(spec.bounds()));
                    case OPAQUE -> new Split.Opaque();
                }));
    }

    private void checkKeys(SourceSpec.SplitSpec spec, SourceSpec.Body body) {
        Map<String, String> keys = spec.keys();
        if (keys == null || body.tables() == null) {
            return;
        }
        Map<String, TableSpec> tables = new HashMap<>();
        SpecValues.present(body.tables()).forEach(table -> {
            if (table.name() != null) {
                tables.put(table.name(), table);
            }
        });
        List<String> names = List.copyOf(tables.keySet());
        Set<String> types = new HashSet<>();
        keys.forEach((table, column) -> {
            TableSpec found = tables.remove(table);
            if (found == null) {
                unknown(places.ofKey(spec, "keys", table), "This source has no table of this name.", names);
            } else if (column != null) {
                checkKey(spec, table, column, found, types);
            }
        });
        if (!tables.isEmpty()) {
            invalid(
                    places.of(spec, "keys"),
                    "Every table of a split source has a shard key; " + tables.size() + " of them have none here.");
        }
    }

    private void checkKey(SourceSpec.SplitSpec spec, String table, String column, TableSpec found, Set<String> types) {
        Position at = places.ofValue(spec, "keys", table);
        List<TableColumnSpec> columns = SpecValues.present(found.columns());
        Optional<TableColumnSpec> key =
                columns.stream().filter(each -> column.equals(each.name())).findFirst();
        if (key.isEmpty()) {
            List<String> names = columns.stream()
                    .map(TableColumnSpec::name)
                    .filter(SpecValues::isName)
                    .toList();
            unknown(at, "This table has no column of this name.", names);
            return;
        }
        Optional<DataType> type = parse(key.get().type());
        boolean whole = type.isEmpty() || type.get() == DataType.Simple.INTEGER || type.get() == DataType.Simple.BIGINT;
        if (spec.rule() != SplitRule.OPAQUE && !whole) {
            invalid(at, "A shard key of rule modulo or range is an integer or a bigint.");
        } else if (spec.rule() == SplitRule.OPAQUE
                && type.isPresent()
                && types.add(type.get().toString())
                && types.size() > 1) {
            invalid(at, "The shard keys of a source have one type, so that equal keys stand together.");
        }
    }

    private void checkBounds(SourceSpec.SplitSpec spec, int shards) {
        boolean written = places.node(spec, "bounds").isPresent();
        if (spec.rule() != SplitRule.RANGE) {
            if (written && spec.rule() != null) {
                invalid(places.of(spec, "bounds"), "Only the rule 'range' has bounds; remove them.");
            }
            return;
        }
        if (!written) {
            problems.add(
                    DiagnosticCode.KEY_MISSING,
                    places.of(spec),
                    "The key 'bounds' is missing here: the rule is range.");
            return;
        }
        List<Long> bounds = spec.bounds();
        if (bounds == null) {
            return;
        }
        if (bounds.size() != shards - 1) {
            invalid(
                    places.of(spec, "bounds"),
                    "There is one bound less than there are shards: " + (shards - 1) + ", not " + bounds.size() + ".");
        }
        for (int index = 1; index < bounds.size(); index++) {
            Long before = bounds.get(index - 1);
            Long bound = bounds.get(index);
            if (before != null && bound != null && bound <= before) {
                invalid(places.ofItem(spec, "bounds", index), "Bounds ascend; this one is not above the one before.");
            }
        }
    }

    private static Optional<DataType> parse(@Nullable String type) {
        try {
            return type == null ? Optional.empty() : Optional.of(DataType.parse(type));
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // reported where the column is read
        }
    }

    private void unknown(Position at, String message, List<String> known) {
        StringBuilder names = new StringBuilder();
        known.stream()
                .filter(SpecValues::isName)
                .sorted()
                .forEach(name -> names.append(names.isEmpty() ? "" : ", ").append(name));
        String hint = names.isEmpty() || names.length() > 500 ? "" : " There are: " + names + ".";
        problems.add(DiagnosticCode.REFERENCE_UNKNOWN, at, message + hint);
    }

    private void invalid(Position at, String message) {
        problems.add(DiagnosticCode.SPLIT_INVALID, at, message);
    }
}
