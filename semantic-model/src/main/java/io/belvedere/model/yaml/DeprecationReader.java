package io.belvedere.model.yaml;

import io.belvedere.model.ViewId;
import io.belvedere.model.ViewReference;
import io.belvedere.model.view.Deprecation;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The clause of a view that says that it should be used no more. */
final class DeprecationReader {
    private final Places places;
    private final Problems problems;

    DeprecationReader(Places places, Problems problems) {
        this.places = places;
        this.problems = problems;
    }

    /** The clause; empty where there is none, or where it has a problem, which is then reported. */
    Optional<Deprecation> read(ViewSpec.Body body, Optional<ViewId> view) {
        ViewSpec.DeprecationSpec clause = body.deprecated();
        if (clause == null) {
            return Optional.empty();
        }
        Optional<LocalDate> since = day(clause, "since", clause.since());
        Optional<LocalDate> sunset = day(clause, "sunset", clause.sunset());
        Optional<ViewReference> successor = successor(clause, view);
        return since.flatMap(day -> problems.attempt(
                places.of(clause, clause.sunset() == null ? "since" : "sunset"),
                () -> new Deprecation(day, sunset, successor, SpecValues.orEmpty(clause.reason()))));
    }

    private Optional<LocalDate> day(ViewSpec.DeprecationSpec clause, String key, @Nullable String text) {
        if (text == null || !text.matches(Forms.DATE)) {
            return Optional.empty(); // absent, or reported by the form
        }
        try {
            return Optional.of(LocalDate.parse(text));
        } catch (DateTimeParseException noDay) {
            problems.add(DiagnosticCode.VALUE_INVALID, places.of(clause, key), "There is no such day.");
            return Optional.empty();
        }
    }

    private Optional<ViewReference> successor(ViewSpec.DeprecationSpec clause, Optional<ViewId> view) {
        String text = clause.successor();
        if (text == null) {
            return Optional.empty();
        }
        Optional<ViewReference> successor =
                problems.attempt(places.of(clause, "successor"), () -> ViewReference.parse(text));
        boolean itself = view.flatMap(
                        id -> successor.filter(named -> named.name().equals(id.name()) && isExactly(named, id)))
                .isPresent();
        if (itself) {
            problems.add(
                    DiagnosticCode.VALUE_INVALID,
                    places.of(clause, "successor"),
                    "A version is not the successor of itself.");
        }
        return successor;
    }

    private static boolean isExactly(ViewReference named, ViewId id) {
        return named.pin() instanceof ViewReference.Exact(var version) && version.equals(id.version());
    }
}
