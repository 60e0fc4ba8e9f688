package io.belvedere.federation.weave;

import io.belvedere.model.SourceName;
import io.belvedere.model.view.OnSourceFailure;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.view.ViewLimits;
import io.belvedere.policy.Allow;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What holds for a query of all the views it touches: of limits the tightest, of leniency the least. */
final class Bounds {
    private Bounds() {}

    /** The defaults where the query touches no view. */
    static ViewLimits limits(List<ViewDefinition> views, Allow decision) {
        if (views.isEmpty()) {
            return ViewLimits.DEFAULT;
        }
        Duration timeout = ViewLimits.TIMEOUT_MAX;
        long rowsMax = ViewLimits.ROWS_MAX;
        int keysMax = ViewLimits.SHIPPED_KEYS_MAX;
        for (ViewDefinition view : views) {
            ViewLimits own = view.limits();
            timeout = own.timeout().compareTo(timeout) < 0 ? own.timeout() : timeout;
            rowsMax = Math.min(
                    rowsMax,
                    Math.min(own.rowsMax(), decision.requireRows(view.id()).rowsMax()));
            keysMax = Math.min(keysMax, own.shippedKeysMax());
        }
        return new ViewLimits(timeout, rowsMax, keysMax);
    }

    static OnSourceFailure onSourceFailure(List<ViewDefinition> views) {
        Set<SourceName> allowed = new HashSet<>();
        for (int i = 0; i < views.size(); i++) {
            if (!(views.get(i).onSourceFailure() instanceof OnSourceFailure.Partial(Set<SourceName> allow))) {
                return new OnSourceFailure.Fail();
            }
            if (i == 0) {
                allowed.addAll(allow);
            } else {
                allowed.retainAll(allow);
            }
        }
        return allowed.isEmpty() ? new OnSourceFailure.Fail() : new OnSourceFailure.Partial(allowed);
    }
}
