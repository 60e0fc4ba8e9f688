package io.belvedere.federation.sql;

import io.belvedere.cache.BoundedCache;
import io.belvedere.cache.CacheKey;
import io.belvedere.cache.Measured;
import io.belvedere.model.ViewId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.view.ViewDefinition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Parses a caller's text and pins every view that it touches. Safe for use by many threads.
 *
 * <p>What a text means in one picture of the catalog is worked out once and kept, without its values; another picture begins anew.
 * A text that is wrong is not kept. The clock is read once per query: {@code CURRENT_DATE} and {@code CURRENT_TIMESTAMP} are one
 * moment, in UTC, everywhere in it.
 */
public final class QueryResolver {
    /** How many views may stand on each other, the one that the caller names included. */
    public static final int NESTING_MAX = 5;

    /** Texts of at most {@link Wording#LENGTH_MAX} characters. */
    private static final int KEPT_MAX = 2_000;

    private static final Duration KEPT_AGE = Duration.ofMinutes(30);

    private final Clock clock;
    private final BoundedCache<CacheKey.Internal<Words>, Habit> habits =
            new BoundedCache<>("wordings", KEPT_MAX, KEPT_AGE);
    private final BoundedCache<CacheKey.Internal<Meaning>, QueryShape> shapes =
            new BoundedCache<>("resolved-queries", KEPT_MAX, KEPT_AGE);
    // Replaced as a whole, under this.
    private volatile Picture picture = new Picture(new Catalog(List.of(), List.of()), 0, new ConcurrentHashMap<>());

    public QueryResolver(Clock clock) {
        this.clock = clock;
    }

    /**
     * A catalog, a number to know it by, and the bodies of its views as far as they were asked for.
     *
     * @param bodies one for each view at most
     */
    private record Picture(Catalog catalog, long number, Map<ViewId, ViewBody> bodies) {}

    /** A text without its values, in one picture of the catalog. */
    private record Words(long picture, String wording) {}

    /** What texts of one wording have in common. */
    private record Habit(SortedSet<Integer> liftable, Clockwork.Use clock) {}

    /**
     * What decides what a text means: its wording, the values that cannot be lifted, and the day where it asks for it.
     *
     * @param fixed empty for NULL
     */
    private record Meaning(long picture, String wording, List<Optional<Literal>> fixed, Optional<LocalDate> day) {}

    /**
     * Resolves a query against one picture of the catalog.
     *
     * <p>Throws {@code QUERY_INVALID}, {@code UNSUPPORTED} or {@code LIMIT_EXCEEDED}, none of which depends on which views exist.
     */
    public ResolvedQuery resolve(QueryText text, Catalog catalog) {
        Instant now = clock.instant();
        Optional<Wording> wording = Wording.of(text);
        Picture current = picture(catalog);
        QueryShape shape = wording.flatMap(words -> find(words, current, now)).orElseGet(() -> {
            QueryShape parsed = parse(text, wording, current, now);
            wording.ifPresent(words -> keep(words, parsed, current, now));
            return parsed;
        });
        return new ResolvedQuery(shape, text, wording, now);
    }

    /** What is kept, for whoever measures. */
    public List<Measured> caches() {
        return List.of(habits, shapes);
    }

    private Picture picture(Catalog catalog) {
        Picture current = picture;
        return current.catalog() == catalog ? current : turnTo(catalog);
    }

    private synchronized Picture turnTo(Catalog catalog) {
        if (picture.catalog() != catalog) {
            picture = new Picture(catalog, picture.number() + 1, new ConcurrentHashMap<>());
            habits.clear();
            shapes.clear();
        }
        return picture;
    }

    private Optional<QueryShape> find(Wording wording, Picture current, Instant now) {
        return habits.find(words(wording, current))
                .flatMap(habit -> shapes.find(meaning(wording, habit, current, now)));
    }

    private void keep(Wording wording, QueryShape shape, Picture current, Instant now) {
        if (shape.clock() != Clockwork.Use.MOMENT) {
            Habit habit = new Habit(shape.liftable(), shape.clock());
            habits.keep(words(wording, current), habit);
            shapes.keep(meaning(wording, habit, current, now), shape);
        }
    }

    private static CacheKey.Internal<Words> words(Wording wording, Picture current) {
        return new CacheKey.Internal<>(new Words(current.number(), wording.text()));
    }

    private static CacheKey.Internal<Meaning> meaning(Wording wording, Habit habit, Picture current, Instant now) {
        List<Optional<Literal>> fixed = new ArrayList<>();
        for (int i = 0; i < wording.values().size(); i++) {
            if (!habit.liftable().contains(i)) {
                fixed.add(wording.values().get(i).constant());
            }
        }
        Optional<LocalDate> day = habit.clock() == Clockwork.Use.DAY
                ? Optional.of(LocalDate.ofInstant(now, ZoneOffset.UTC))
                : Optional.empty();
        return new CacheKey.Internal<>(
                new Meaning(current.number(), wording.text(), Collections.unmodifiableList(fixed), day));
    }

    private static QueryShape parse(QueryText text, Optional<Wording> wording, Picture picture, Instant now) {
        Statement statement;
        try {
            statement = StatementParser.parse(text, now);
        } catch (SqlProblem problem) {
            throw problem.toError();
        }
        Map<ViewId, ViewBody> bodies = new LinkedHashMap<>();
        List<ResolvedQuery.Reference> references = new ArrayList<>();
        for (TableReference table : statement.tables()) {
            Optional<ViewDefinition> view = ViewNames.find(table.path(), picture.catalog());
            references.add(new ResolvedQuery.Reference(
                    table.typed(), table.path(), table.reads(), view.filter(found -> reads(found, picture, bodies))));
        }
        Clockwork.Use clock =
                bodies.values().stream().map(ViewBody::clock).reduce(statement.clock(), Clockwork.Use::and);
        return new QueryShape(
                picture.catalog(),
                references,
                bodies,
                NormalisedSql.of(statement.tree()),
                clock,
                wording.map(words -> Lifting.find(statement.tree(), words)).orElseGet(Collections::emptySortedSet));
    }

    /** Whether the view's body and all it stands on can be read; a view that cannot be is one that does not exist. */
    private static boolean reads(ViewDefinition view, Picture picture, Map<ViewId, ViewBody> bodies) {
        Map<ViewId, ViewBody> found = new LinkedHashMap<>();
        try {
            collect(view, picture, new LinkedHashSet<>(), found);
        } catch (SqlProblem broken) {
            return false;
        }
        found.forEach(bodies::putIfAbsent);
        return true;
    }

    private static void collect(ViewDefinition view, Picture picture, Set<ViewId> above, Map<ViewId, ViewBody> found) {
        Nesting.require(above, view);
        ViewBody body = body(view, picture);
        found.put(view.id(), body);
        Set<ViewId> inside = new LinkedHashSet<>(above);
        inside.add(view.id());
        for (ViewDefinition nested : body.nested()) {
            collect(nested, picture, inside, found);
        }
    }

    private static ViewBody body(ViewDefinition view, Picture picture) {
        ViewBody known = picture.bodies().get(view.id());
        if (known != null) {
            return known;
        }
        ViewBody read = ViewBody.read(view, picture.catalog());
        picture.bodies().put(view.id(), read);
        return read;
    }
}
