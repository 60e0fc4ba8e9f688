package io.belvedere.server.pipeline;

import io.belvedere.server.pipeline.Preview.Difference;
import io.belvedere.server.pipeline.Preview.Seen;
import io.belvedere.server.pipeline.Preview.SeenColumn;
import io.belvedere.server.pipeline.Preview.SeenView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Two callers side by side: where the one sees other rows, or a column otherwise, than the other. */
final class Differences {
    private static final String NOTHING = "nothing";

    private Differences() {}

    static List<Difference> between(Seen first, Seen second) {
        Map<String, SeenView> left = byName(first);
        Map<String, SeenView> right = byName(second);
        TreeSet<String> names = new TreeSet<>(left.keySet());
        names.addAll(right.keySet());
        List<Difference> differences = new ArrayList<>();
        for (String name : names) {
            Optional<SeenView> one = Optional.ofNullable(left.get(name));
            Optional<SeenView> other = Optional.ofNullable(right.get(name));
            add(differences, name, Optional.empty(), rows(one), rows(other));
            Map<String, String> masks = masks(one);
            Map<String, String> others = masks(other);
            TreeSet<String> columns = new TreeSet<>(masks.keySet());
            columns.addAll(others.keySet());
            columns.forEach(column -> add(
                    differences,
                    name,
                    Optional.of(column),
                    masks.getOrDefault(column, NOTHING),
                    others.getOrDefault(column, NOTHING)));
        }
        return List.copyOf(differences);
    }

    private static void add(
            List<Difference> differences, String view, Optional<String> column, String first, String second) {
        if (!first.equals(second)) {
            differences.add(new Difference(view, column, first, second));
        }
    }

    private static Map<String, SeenView> byName(Seen seen) {
        Map<String, SeenView> views = new TreeMap<>();
        seen.views().forEach(view -> views.put(view.view(), view));
        return views;
    }

    private static String rows(Optional<SeenView> view) {
        return view.map(each -> each.filter().orElse("all rows")).orElse(NOTHING);
    }

    private static Map<String, String> masks(Optional<SeenView> view) {
        TreeMap<String, String> masks = new TreeMap<>();
        view.ifPresent(each -> each.columns().forEach(column -> masks.put(column.name(), words(column))));
        return masks;
    }

    private static String words(SeenColumn column) {
        return column.form();
    }
}
