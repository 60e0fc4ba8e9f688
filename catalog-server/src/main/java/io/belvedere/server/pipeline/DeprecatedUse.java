package io.belvedere.server.pipeline;

import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.model.ViewId;
import io.belvedere.model.ViewReference;
import io.belvedere.model.view.Deprecation;
import java.util.List;
import java.util.stream.Stream;

/** A version of a view that a caller used although it is deprecated. */
public record DeprecatedUse(ViewId view, Deprecation clause) {
    /** The deprecated versions among the views that the caller names; what those stand on is not theirs to change. */
    static List<DeprecatedUse> of(ResolvedQuery query) {
        return query.references().stream()
                .flatMap(reference -> reference.view().stream())
                .flatMap(view -> view.deprecation().stream().map(clause -> new DeprecatedUse(view.id(), clause)))
                .distinct()
                .toList();
    }

    /** A sentence or two for people: since when, until when, and what to use instead. */
    public String text() {
        Stream<String> parts = Stream.of(
                "View '" + view.name() + "' in version " + view.version() + " is deprecated since " + clause.since(),
                clause.sunset()
                        .map(end -> " and may be gone from " + end + " on")
                        .orElse(""),
                clause.successor()
                        .map(ViewReference::toString)
                        .map(name -> "; use " + name)
                        .orElse(""),
                ".",
                clause.reason().isBlank() ? "" : " " + clause.reason());
        return String.join("", parts.toList());
    }
}
