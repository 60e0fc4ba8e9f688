package io.belvedere.model.view;

import io.belvedere.model.SourceName;
import java.util.Set;

/** What a query does when a source fails: all or nothing, unless the contract lets named sources be missing. */
public sealed interface OnSourceFailure {
    /** The whole query fails. */
    record Fail() implements OnSourceFailure {}

    /** The result says which of these sources is missing and is marked incomplete; any other source fails the query. */
    record Partial(Set<SourceName> allow) implements OnSourceFailure {
        public Partial {
            allow = Set.copyOf(allow);
        }
    }
}
