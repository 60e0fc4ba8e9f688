package io.belvedere.model.yaml;

import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.source.ShardKey;
import io.belvedere.model.source.Split;
import io.belvedere.model.yaml.SourceSpec.ListSpec;
import io.belvedere.model.yaml.SourceSpec.SplitRule;
import io.belvedere.model.yaml.SourceSpec.SplitSpec;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rule of a split, with what belongs to it and nothing else. */
final class SplitRuleReader {
    /** The key that a rule needs beside it; the others have none. */
    private static final Map<SplitRule, String> PARTS = new EnumMap<>(Map.of(
            SplitRule.RANGE, "bounds",
            SplitRule.LIST, "lists",
            SplitRule.HASH, "function",
            SplitRule.DIRECTORY, "directory"));

    private final Places places;
    private final Problems problems;

    SplitRuleReader(Places places, Problems problems) {
        this.places = places;
        this.problems = problems;
    }

    /** Why a column of the type cannot be a shard key of the rule; empty when it can. */
    static Optional<String> refusal(SplitRule rule, DataType type) {
        return switch (rule) {
            case MODULO -> refusedUnless(ShardKey.isWhole(type), "modulo", "an integer or a bigint");
            case RANGE -> refusedUnless(ShardKey.isOrdered(type), "range", "an integer, a bigint or a date");
            case HASH ->
                refusedUnless(
                        ShardKey.isWhole(type) || type == DataType.Simple.VARCHAR,
                        "hash",
                        "an integer, a bigint or a varchar");
            case LIST -> refusedUnless(ShardKey.isKey(type), "list", "an integer, a bigint, a varchar or a date");
            case DIRECTORY ->
                refusedUnless(ShardKey.isKey(type), "directory", "an integer, a bigint, a varchar or a date");
            case OPAQUE -> Optional.empty();
        };
    }

    private static Optional<String> refusedUnless(boolean accepted, String rule, String types) {
        return accepted ? Optional.empty() : Optional.of("A shard key of rule " + rule + " is " + types + ".");
    }

    /**
     * The rule; empty when there is a problem, which is then reported.
     *
     * @param shards the shards' names, in order
     * @param types the types of the shard keys; one, where nothing is wrong with them
     */
    Optional<Split.Rule> read(SplitSpec spec, List<String> shards, Set<DataType> types) {
        SplitRule rule = spec.rule();
        if (rule == null || !checkParts(spec, rule)) {
            return Optional.empty();
        }
        // Without one type of keys something is reported already; what else is wrong shows all the same.
        DataType guess = rule == SplitRule.RANGE ? DataType.Simple.BIGINT : DataType.Simple.VARCHAR;
        DataType type = types.size() == 1 ? types.iterator().next() : guess;
        return switch (rule) {
            case MODULO -> Optional.of(new Split.Modulo());
            case RANGE -> range(spec, shards.size(), type);
            case LIST -> list(spec, shards, type);
            case HASH -> Optional.ofNullable(spec.function()).map(Split.Hash::new);
            case DIRECTORY -> directory(spec);
            case OPAQUE -> Optional.of(new Split.Opaque());
        };
    }

    private boolean checkParts(SplitSpec spec, SplitRule rule) {
        PARTS.forEach((owner, part) -> {
            if (owner != rule && places.node(spec, part).isPresent()) {
                String word = SpecBinder.word(owner);
                invalid(
                        places.of(spec, part),
                        "Only the rule '" + word + "' has the key '" + part + "'; remove it here.");
            }
        });
        String needed = PARTS.get(rule);
        if (needed != null && places.node(spec, needed).isEmpty()) {
            String word = SpecBinder.word(rule);
            problems.add(
                    DiagnosticCode.KEY_MISSING,
                    places.of(spec),
                    "The key '" + needed + "' is missing here: the rule is " + word + ".");
            return false;
        }
        return true;
    }

    private Optional<Split.Rule> range(SplitSpec spec, int shards, DataType type) {
        List<String> texts = spec.bounds();
        if (texts == null) {
            return Optional.empty();
        }
        if (texts.size() != shards - 1) {
            invalid(
                    places.of(spec, "bounds"),
                    "There is one bound less than there are shards: " + (shards - 1) + ", not " + texts.size() + ".");
        }
        List<ShardKey> bounds = new ArrayList<>();
        for (int index = 0; index < texts.size(); index++) {
            Position at = places.ofItem(spec, "bounds", index);
            Optional<ShardKey> bound = key(at, type, texts.get(index));
            if (bound.isPresent() && !bounds.isEmpty() && ShardKey.compare(bounds.getLast(), bound.get()) >= 0) {
                invalid(at, "Bounds ascend; this one is not above the one before.");
            } else {
                bound.ifPresent(bounds::add);
            }
        }
        return problems.none() ? Optional.of(new Split.Range(bounds)) : Optional.empty();
    }

    private Optional<Split.Rule> list(SplitSpec spec, List<String> shards, DataType type) {
        Map<ShardKey, Integer> keys = new HashMap<>();
        for (ListSpec list : SpecValues.present(spec.lists())) {
            int shard = list.shard() == null ? -1 : shards.indexOf(list.shard());
            if (shard < 0 && SpecValues.isName(list.shard())) {
                problems.add(
                        DiagnosticCode.REFERENCE_UNKNOWN,
                        places.of(list, "shard"),
                        "This source has no shard of this name. There are: " + String.join(", ", shards) + ".");
            }
            List<String> values = list.values() == null ? List.of() : list.values();
            for (int index = 0; index < values.size(); index++) {
                Position at = places.ofItem(list, "values", index);
                Optional<ShardKey> key = key(at, type, values.get(index));
                if (key.isPresent() && keys.putIfAbsent(key.get(), shard) != null) {
                    invalid(at, "This value is listed above already; a key stands on one shard.");
                }
            }
        }
        if (keys.size() > Split.Listed.VALUES_MAX) {
            invalid(
                    places.of(spec, "lists"),
                    "At most " + Split.Listed.VALUES_MAX + " values are listed; use a directory.");
        }
        return problems.none() ? Optional.of(new Split.Listed(keys)) : Optional.empty();
    }

    private Optional<Split.Rule> directory(SplitSpec spec) {
        SourceSpec.DirectorySpec directory = spec.directory();
        if (!problems.none()
                || directory == null
                || directory.table() == null
                || directory.key() == null
                || directory.shard() == null) {
            return Optional.empty();
        }
        String[] parts = directory.table().split("\\.", 2);
        return Optional.of(new Split.Directory(
                new TableName(new SourceName(parts[0]), parts[1]),
                new ColumnName(directory.key()),
                new ColumnName(directory.shard())));
    }

    private Optional<ShardKey> key(Position at, DataType type, @Nullable String text) {
        if (text == null) {
            return Optional.empty(); // reported where it was bound
        }
        try {
            return Optional.of(ShardKey.parse(type, text));
        } catch (IllegalArgumentException refused) { // without its message, which repeats the text
            invalid(at, "This is no value of the shard keys' type, " + type + ".");
            return Optional.empty();
        }
    }

    private void invalid(Position at, String message) {
        problems.add(DiagnosticCode.SPLIT_INVALID, at, message);
    }
}
