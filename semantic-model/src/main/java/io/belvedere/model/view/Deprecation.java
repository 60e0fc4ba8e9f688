package io.belvedere.model.view;

import io.belvedere.model.ViewReference;
import java.time.LocalDate;
import java.util.Optional;

/**
 * That a version of a view should be used no more. It is served as before, and each answer says so; a name without a version means another
 * version as long as there is one.
 *
 * @param since from when on
 * @param sunset from when on it may be gone; later than {@code since}
 * @param successor what to use instead
 * @param reason why, for people; may be empty
 */
public record Deprecation(
        LocalDate since, Optional<LocalDate> sunset, Optional<ViewReference> successor, String reason) {
    public Deprecation {
        if (sunset.filter(end -> !end.isAfter(since)).isPresent()) {
            throw new IllegalArgumentException("the sunset is later than the day since which a view is deprecated");
        }
    }
}
