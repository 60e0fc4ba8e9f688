package io.belvedere.server.pipeline;

import io.belvedere.audit.DecisionRecord.DecisionFacts;
import io.belvedere.audit.DecisionRecord.ObligationFacts;
import io.belvedere.audit.RowValues;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.expr.Literal;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Decision;
import io.belvedere.policy.Deny;
import io.belvedere.policy.Mask;
import io.belvedere.policy.ViewAccess;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A decision in the words of its audit record: everything that was obliged, no value. */
final class AuditFacts {
    private AuditFacts() {}

    static DecisionFacts of(Decision decision, String engine) {
        return switch (decision) {
            case Allow allow ->
                new DecisionFacts(
                        "allow",
                        allow.reason(),
                        engine,
                        allow.revision(),
                        allow.inputSha256(),
                        Optional.of(allow.fingerprint()),
                        obligations(allow));
            case Deny deny ->
                new DecisionFacts(
                        "deny", deny.reason(), engine, deny.revision(), deny.inputSha256(), Optional.empty(), Map.of());
        };
    }

    private static Map<String, ObligationFacts> obligations(Allow allow) {
        Map<String, ObligationFacts> facts = new TreeMap<>();
        allow.views().forEach((view, access) -> facts.put(view.toString(), facts(access)));
        return facts;
    }

    private static ObligationFacts facts(ViewAccess access) {
        return switch (access) {
            case ViewAccess.None _ -> new ObligationFacts("none", Optional.empty(), Map.of());
            case ViewAccess.Contract contract ->
                new ObligationFacts("none", Optional.empty(), masks(contract.columns()));
            case ViewAccess.Rows rows ->
                switch (rows.rule()) {
                    case ViewAccess.RowRule.All _ ->
                        new ObligationFacts("all", Optional.empty(), masks(rows.columns()));
                    case ViewAccess.RowRule.Matching(Condition condition) ->
                        new ObligationFacts(
                                template(condition),
                                Optional.of(new RowValues(exact(condition))),
                                masks(rows.columns()));
                };
        };
    }

    private static Map<String, String> masks(Map<?, Mask> columns) {
        return columns.entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().toString(), entry -> word(entry.getValue())));
    }

    /** The mask's name in policy replies. */
    static String word(Mask mask) {
        return switch (mask) {
            case Mask.None _ -> "none";
            case Mask.Hidden _ -> "hidden";
            case Mask.Null _ -> "null";
            case Mask.Constant _ -> "constant";
            case Mask.Redact _ -> "redact";
            case Mask.KeepFirst _ -> "keep_first";
            case Mask.KeepLast _ -> "keep_last";
            case Mask.Email _ -> "email";
            case Mask.DateTrunc _ -> "date_trunc";
            case Mask.Bucket _ -> "bucket";
            case Mask.Hash _ -> "hash";
        };
    }

    /** The condition with every value replaced by {@code ?}. */
    static String template(Condition condition) {
        return switch (condition) {
            case Condition.And(List<Condition> parts) -> joined(parts, " and ");
            case Condition.Or(List<Condition> parts) -> joined(parts, " or ");
            case Condition.Not(Condition inner) -> "not (" + template(inner) + ")";
            case Condition.Comparison comparison ->
                comparison.field() + " " + comparison.operator().name().toLowerCase(Locale.ROOT) + " ?";
            case Condition.In in -> in.field() + " in (" + in.values().size() + " values)";
            case Condition.IsNull(var field) -> field + " is null";
        };
    }

    /** The condition with its values, in one form for one condition; the log keeps a keyed hash of it. */
    private static String exact(Condition condition) {
        return switch (condition) {
            case Condition.And(List<Condition> parts) -> exact(parts, "and");
            case Condition.Or(List<Condition> parts) -> exact(parts, "or");
            case Condition.Not(Condition inner) -> "[not " + exact(inner) + "]";
            case Condition.Comparison comparison ->
                "[" + comparison.operator() + " " + comparison.field() + " " + exact(comparison.value()) + "]";
            case Condition.In in ->
                "[in " + in.field() + " "
                        + in.values().stream().map(AuditFacts::exact).collect(Collectors.joining(" ")) + "]";
            case Condition.IsNull(var field) -> "[null " + field + "]";
        };
    }

    private static String exact(List<Condition> parts, String word) {
        return parts.stream().map(AuditFacts::exact).collect(Collectors.joining(" ", "[" + word + " ", "]"));
    }

    private static String exact(Literal value) {
        return switch (value) {
            // The length in front keeps two conditions apart whose texts contain the marks of this form.
            case Literal.Text(String text) -> "text:" + text.length() + ":" + text;
            case Literal.Numeric(var number) ->
                "number:" + number.stripTrailingZeros().toPlainString();
            case Literal.Bool(boolean flag) -> "boolean:" + flag;
            case Literal.Date(var date) -> "date:" + date;
            case Literal.Timestamp(var instant) -> "timestamp:" + instant;
        };
    }

    private static String joined(List<Condition> parts, String word) {
        return parts.stream().map(AuditFacts::template).collect(Collectors.joining(word, "(", ")"));
    }
}
