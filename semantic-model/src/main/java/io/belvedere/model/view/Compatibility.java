package io.belvedere.model.view;

import io.belvedere.model.ColumnName;
import io.belvedere.model.Version;
import io.belvedere.model.view.ColumnContract.KeyPart;
import io.belvedere.model.view.OnSourceFailure.Fail;
import io.belvedere.model.view.OnSourceFailure.Partial;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What changed between two versions of a view, and how far the version number has to move for it. Computed from the two
 * definitions; nobody's claim counts.
 *
 * <ul>
 *   <li>major: a column is gone (a renamed one is gone and another is new), has another type, another nullability or another place among
 *       those that stay; a class is taken from a column; the key changes; more sources may be missing from a result.
 *   <li>minor: a column is new; a class is added to a column; the query's text changes, white space and comments aside, because nobody can
 *       prove that the result does not; a limit or the freshness changes; fewer sources may be missing.
 *   <li>patch: everything else, such as titles, descriptions and for how long results may be kept.
 * </ul>
 *
 * <p>Nullability is strict both ways: a column that becomes nullable breaks its readers, one that stops being so breaks the views
 * and tools that generated an optional field from it. Major version 0 is no exception: a pin on it is a promise as well.
 */
public final class Compatibility {
    private Compatibility() {}

    /** Which part of a version number has to grow; in the order of their size. */
    public enum Bump {
        PATCH,
        MINOR,
        MAJOR
    }

    /**
     * One change.
     *
     * @param bump what it asks for
     * @param what the change, in words that name columns and sources only
     */
    public record Change(Bump bump, String what) {}

    /** Every change of the contract or the result, largest first; empty when a patch is enough. */
    public static List<Change> changes(ViewDefinition before, ViewDefinition after) {
        List<Change> changes = new ArrayList<>();
        addColumnChanges(before, after, changes);
        if (!keyOf(before).equals(keyOf(after))) {
            changes.add(new Change(Bump.MAJOR, "the key changes"));
        }
        if (!orderOfShared(before, after).equals(orderOfShared(after, before))) {
            changes.add(new Change(Bump.MAJOR, "columns change their order"));
        }
        addFailureChanges(before.onSourceFailure(), after.onSourceFailure(), changes);
        if (!before.limits().equals(after.limits())) {
            changes.add(new Change(Bump.MINOR, "a limit changes"));
        }
        if (!before.pushdown().tables().equals(after.pushdown().tables())) {
            changes.add(new Change(Bump.MINOR, "other tables must be filtered at their source"));
        }
        if (!before.freshness().equals(after.freshness())) {
            changes.add(new Change(Bump.MINOR, "the rows may be of another age"));
        }
        if (!QueryWords.of(before.query()).equals(QueryWords.of(after.query()))) {
            changes.add(new Change(Bump.MINOR, "the query changes"));
        }
        changes.sort((left, right) -> right.bump().compareTo(left.bump()));
        return List.copyOf(changes);
    }

    /** The smallest bump that covers every change. */
    public static Bump requiredBump(ViewDefinition before, ViewDefinition after) {
        return changes(before, after).stream()
                .map(Change::bump)
                .max(Bump::compareTo)
                .orElse(Bump.PATCH);
    }

    /** The bump that two version numbers declare. Throws {@link IllegalArgumentException} unless {@code after} is the later one. */
    public static Bump declaredBump(Version before, Version after) {
        if (before.compareTo(after) >= 0) {
            throw new IllegalArgumentException("the second version is the later one");
        }
        if (before.major() != after.major()) {
            return Bump.MAJOR;
        }
        return before.minor() != after.minor() ? Bump.MINOR : Bump.PATCH;
    }

    private static void addColumnChanges(ViewDefinition before, ViewDefinition after, List<Change> changes) {
        for (ColumnContract old : before.columns()) {
            after.findColumn(old.name())
                    .ifPresentOrElse(
                            now -> addColumnChanges(old, now, changes),
                            () -> changes.add(new Change(Bump.MAJOR, "column '" + old.name() + "' is gone")));
        }
        for (ColumnContract now : after.columns()) {
            if (before.findColumn(now.name()).isEmpty()) {
                changes.add(new Change(Bump.MINOR, "column '" + now.name() + "' is new"));
            }
        }
    }

    private static void addColumnChanges(ColumnContract old, ColumnContract now, List<Change> changes) {
        String column = "column '" + old.name() + "' ";
        if (!old.type().equals(now.type())) {
            changes.add(new Change(Bump.MAJOR, column + "has another type"));
        }
        if (old.presence() != now.presence()) {
            changes.add(new Change(Bump.MAJOR, column + "has another nullability"));
        }
        if (!now.classifications().containsAll(old.classifications())) {
            changes.add(new Change(Bump.MAJOR, column + "loses a class"));
        }
        if (!old.classifications().containsAll(now.classifications())) {
            changes.add(new Change(Bump.MINOR, column + "gains a class"));
        }
    }

    private static void addFailureChanges(OnSourceFailure before, OnSourceFailure after, List<Change> changes) {
        if (!mayMiss(before).containsAll(mayMiss(after))) {
            changes.add(new Change(Bump.MAJOR, "more sources may be missing from a result"));
        }
        if (!mayMiss(after).containsAll(mayMiss(before))) {
            changes.add(new Change(Bump.MINOR, "fewer sources may be missing from a result"));
        }
    }

    private static Set<?> mayMiss(OnSourceFailure onSourceFailure) {
        return switch (onSourceFailure) {
            case Fail _ -> Set.of();
            case Partial partial -> partial.allow();
        };
    }

    private static Set<ColumnName> keyOf(ViewDefinition view) {
        return view.columns().stream()
                .filter(column -> column.keyPart() == KeyPart.KEY)
                .map(ColumnContract::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static List<ColumnName> orderOfShared(ViewDefinition view, ViewDefinition other) {
        return view.columns().stream()
                .map(ColumnContract::name)
                .filter(name -> other.findColumn(name).isPresent())
                .toList();
    }
}
