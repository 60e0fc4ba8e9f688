package io.belvedere.audit;

import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Operation;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.access.QueryId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who asked for what and what was decided.
 *
 * @param caller empty when nobody was authenticated
 * @param views the views as they were resolved, with the hash of each definition; empty when none was
 * @param statement the statement with every literal replaced; empty where there is none
 * @param decision empty when no decision was reached
 * @param breakGlass why the caller broke the glass; empty for a request like any other
 * @param handles what the client sent to name a statement or a result of an earlier call
 * @param previewed as whom the caller looked, and what was decided for them; at most two
 */
public record DecisionRecord(
        QueryId request,
        Optional<Caller> caller,
        Optional<String> purpose,
        Operation operation,
        Protocol protocol,
        Optional<String> remoteAddress,
        List<ViewUse> views,
        Optional<String> statement,
        Optional<DecisionFacts> decision,
        Optional<String> breakGlass,
        Handles handles,
        List<Previewed> previewed) {
    public static final int PREVIEWED_MAX = 2;

    public DecisionRecord {
        views = List.copyOf(views);
        previewed = List.copyOf(previewed);
        if (previewed.size() > PREVIEWED_MAX) {
            throw new IllegalArgumentException("a request looks as two callers at most");
        }
    }

    /** A request that breaks no glass, sends no handle and looks as nobody else. */
    public DecisionRecord(
            QueryId request,
            Optional<Caller> caller,
            Optional<String> purpose,
            Operation operation,
            Protocol protocol,
            Optional<String> remoteAddress,
            List<ViewUse> views,
            Optional<String> statement,
            Optional<DecisionFacts> decision) {
        this(
                request,
                caller,
                purpose,
                operation,
                protocol,
                remoteAddress,
                views,
                statement,
                decision,
                Optional.empty(),
                Handles.NONE,
                List.of());
    }

    /**
     * SHA-256 of handles, in hex: they tell which calls belong together, and open nothing.
     *
     * @param prepared of a prepared statement
     * @param ticket of a result that was asked about before
     */
    public record Handles(Optional<String> prepared, Optional<String> ticket) {
        /** A request that says everything by itself. */
        public static final Handles NONE = new Handles(Optional.empty(), Optional.empty());
    }

    /** A caller as whom somebody looked, and what policy said about them. */
    public record Previewed(Caller caller, DecisionFacts decision) {}

    /** A view as a request used it. */
    public record ViewUse(String id, String definitionSha256, String requestedAs) {}

    /**
     * What policy said, without any value.
     *
     * @param effect {@code allow} or {@code deny}
     * @param stamp the decision's fingerprint; empty for a refusal
     * @param obligations per view: what was obliged
     */
    public record DecisionFacts(
            String effect,
            String reason,
            String engine,
            String revision,
            String inputSha256,
            Optional<String> stamp,
            Map<String, ObligationFacts> obligations) {
        public DecisionFacts {
            obligations = Map.copyOf(obligations);
        }
    }

    /**
     * @param rows {@code all}, or the condition with every value replaced by {@code ?}
     * @param values the condition with its values, of which the log keeps a keyed hash only; empty for {@code all}
     * @param masks the mask's name per column
     */
    public record ObligationFacts(String rows, Optional<RowValues> values, Map<String, String> masks) {
        public ObligationFacts {
            masks = Map.copyOf(masks);
        }
    }
}
