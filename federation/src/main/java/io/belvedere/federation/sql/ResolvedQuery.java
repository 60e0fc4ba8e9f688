package io.belvedere.federation.sql;

import static io.belvedere.federation.FederationError.VIEW_NOT_FOUND;

import io.belvedere.model.ViewId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.view.ViewLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.calcite.sql.SqlNode;

/**
 * A query that parsed, with every view it names pinned to a version. Only {@code QueryResolver} makes one. Immutable; validation
 * writes into trees, so each tree is read anew for whoever asks.
 *
 * <p>A name without a view is kept as an unresolved reference rather than refused at once: a view that does not exist and one that
 * the caller may not see must end in the same place with the same words.
 */
public final class ResolvedQuery {
    private final QueryShape shape;
    private final QueryText text;
    private final Optional<Wording> wording;
    private final Instant now;

    ResolvedQuery(QueryShape shape, QueryText text, Optional<Wording> wording, Instant now) {
        this.shape = shape;
        this.text = text;
        this.wording = wording;
        this.now = now;
    }

    /** The caller's statement as a tree of its own, not yet validated; parameters are already constants in it. */
    public SqlNode tree() {
        return parse().tree();
    }

    /** As {@link #tree()}, with a typed parameter in the place of each of {@link #liftedValues()}, numbered in their order. */
    public SqlNode liftedTree() {
        SqlNode tree = parse().tree();
        wording.ifPresent(words -> Lifting.lift(tree, words, shape.liftable()));
        return tree;
    }

    /** As {@link #tree()}, with parameters where the caller has them: they have no type yet. */
    public SqlNode openTree() {
        try {
            return StatementParser.parseOpen(text.sql(), now).tree();
        } catch (SqlProblem problem) {
            throw problem.toError();
        }
    }

    /** How many parameters the caller's statement has. */
    public int parameters() {
        return text.parameters().size();
    }

    private Statement parse() {
        try {
            return StatementParser.parse(text, now);
        } catch (SqlProblem problem) {
            throw problem.toError();
        }
    }

    /**
     * What this query shares with others, as a key for what is worked out from it; empty where nothing may be kept, because the
     * query asks for the moment or is out of the ordinary.
     */
    public Optional<QueryShape> shape() {
        return wording.isPresent() && shape.clock() != Clockwork.Use.MOMENT ? Optional.of(shape) : Optional.empty();
    }

    /** The values in which queries of one shape may differ: each is compared with a column in WHERE or ON. */
    public List<Literal> liftedValues() {
        return wording.map(words -> Lifting.values(words, shape.liftable())).orElse(List.of());
    }

    /** What CURRENT_DATE and CURRENT_TIMESTAMP mean, everywhere in the query. */
    public Instant now() {
        return now;
    }

    /** The picture of the catalog that this query keeps to its end. */
    public Catalog catalog() {
        return shape.catalog();
    }

    /** The views as the caller names them, in the order of the text, each once. */
    public List<Reference> references() {
        return shape.references();
    }

    /** Every view the query touches, each once: those it names and those they are built on. */
    public List<ViewDefinition> views() {
        return bodies().values().stream().map(ViewBody::view).toList();
    }

    /** The body of each view of {@link #views()}. */
    public Map<ViewId, ViewBody> bodies() {
        return shape.bodies();
    }

    /**
     * The dimensions that the query can be answered with, and how old the rows of each may be: no older than the dimension itself
     * says, or any view of the query.
     */
    public Map<DimensionDefinition, Duration> dimensions() {
        Optional<Duration> asked = views().stream()
                .flatMap(view -> view.freshness().staleMax().stream())
                .min(Duration::compareTo);
        Map<DimensionDefinition, Duration> found = new LinkedHashMap<>();
        for (ViewBody body : bodies().values()) {
            for (DimensionDefinition dimension : body.dimensions()) {
                Duration own = dimension.staleMax();
                found.put(dimension, asked.filter(age -> age.compareTo(own) < 0).orElse(own));
            }
        }
        return found;
    }

    /** How long the query may take, as its views say. */
    public Duration timeout() {
        return views().stream()
                .map(view -> view.limits().timeout())
                .min(Duration::compareTo)
                .orElse(ViewLimits.DEFAULT.timeout());
    }

    /** Whether some name has no view. */
    public boolean hasUnresolved() {
        return references().stream().anyMatch(reference -> reference.view().isEmpty());
    }

    /** The statement with every literal replaced by {@code ?}, re-generated from the tree; for the audit record. */
    public String normalised() {
        return shape.normalised();
    }

    /**
     * The one answer for a view that does not exist and for one that is hidden from the caller: it names what the caller named,
     * all of it and in order, and so tells nothing about which of them it is. A name without a domain is no view's, whoever asks.
     */
    public BelvedereException notFound() {
        String names = references().stream()
                .map(reference -> "'" + reference.name() + "'")
                .collect(Collectors.joining(", "));
        String what = references().size() == 1
                ? "There is no view " + names + "."
                : "Not all of these views exist: " + names + ".";
        boolean lacksDomain =
                references().stream().anyMatch(reference -> reference.path().size() == 1);
        return VIEW_NOT_FOUND.error(lacksDomain ? what + " A view is named domain.view." : what);
    }

    /**
     * A view as the caller names it.
     *
     * @param name as typed, unquoted parts in lower-case
     * @param path the parts of the name
     * @param reads how often it is read once every WITH query is written out
     * @param view the version it is pinned to; empty when there is none
     */
    public record Reference(String name, List<String> path, long reads, Optional<ViewDefinition> view) {
        public Reference {
            path = List.copyOf(path);
        }
    }
}
