package io.belvedere.model.yaml;

import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.source.ShardKey;
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
        Set<DataType> types = checkKeys(spec, body);
        List<String> names = SpecValues.present(body.shards()).stream()
                .map(shard -> shard.name() == null ? "" : shard.name())
                .toList();
        Optional<Split.Rule> rule = new SplitRuleReader(places, problems).read(spec, names, types);
        if (!problems.none() || rule.isEmpty() || spec.keys() == null || source.isEmpty()) {
            return Optional.empty();
        }
        Map<TableName, ColumnName> keys = new HashMap<>();
        spec.keys().forEach((table, column) -> keys.put(new TableName(source.get(), table), new ColumnName(column)));
        return Optional.of(new Split(keys, rule.get()));
    }

    /** The types of the shard keys; integer and bigint are one. */
    private Set<DataType> checkKeys(SourceSpec.SplitSpec spec, SourceSpec.Body body) {
        Map<String, String> keys = spec.keys();
        Set<DataType> types = new HashSet<>();
        if (keys == null || body.tables() == null) {
            return types;
        }
        Map<String, TableSpec> tables = new HashMap<>();
        SpecValues.present(body.tables()).forEach(table -> {
            if (table.name() != null) {
                tables.put(table.name(), table);
            }
        });
        List<String> names = List.copyOf(tables.keySet());
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
        return types;
    }

    private void checkKey(
            SourceSpec.SplitSpec spec, String table, String column, TableSpec found, Set<DataType> types) {
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
        SplitRule rule = spec.rule();
        if (type.isEmpty() || rule == null) {
            return;
        }
        Optional<String> refused = SplitRuleReader.refusal(rule, type.get());
        if (refused.isPresent()) {
            invalid(at, refused.get());
        } else if (types.add(ShardKey.isWhole(type.get()) ? DataType.Simple.BIGINT : type.get()) && types.size() > 1) {
            invalid(at, "The shard keys of a source have one type, so that equal keys stand together.");
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
