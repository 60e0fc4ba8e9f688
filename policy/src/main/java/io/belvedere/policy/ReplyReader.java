package io.belvedere.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.model.ColumnName;
import io.belvedere.model.ViewId;
import io.belvedere.model.access.Operation;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.ViewDefinition;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads what a policy engine replied to one request, to the letter, and is the only maker of decisions.
 *
 * <p>The reply is published as {@code docs/schemas/policy-reply.schema.json}. It names exactly the views that were asked about
 * and of each exactly its columns. Whatever is absent, unknown, ill-typed, said twice or at odds with the rest is
 * {@code POLICY_INVALID}: the reader never fills in a default.
 */
final class ReplyReader {
    private static final Set<String> REPLY = Set.of("effect", "reason", "revision", "detail", "views");
    private static final Set<String> LIFETIME = Set.of("until");
    private static final Set<String> ROWS = Set.of("access", "rows", "columns", "maxRows", "minGroupSize");
    private static final Set<String> CONTRACT = Set.of("access", "columns");
    private static final Set<String> NONE = Set.of("access");
    /** Whole seconds in UTC, so that there is one way to write a time. */
    private static final Pattern UNTIL = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z");

    private static final Pattern REASON = Pattern.compile("[a-z][a-z0-9_.]{0,99}");

    private final PolicyRequest request;
    private final String inputSha256;
    private final PolicyRevision revision;

    ReplyReader(PolicyRequest request, String inputSha256, PolicyRevision revision) {
        this.request = request;
        this.inputSha256 = inputSha256;
        this.revision = revision;
    }

    /** Reads what a Wasm module evaluates to, {@code [{"result": reply}]}; an undefined reply is {@code []}. */
    Decision readResultSet(byte[] resultSet) {
        JsonNode results = ReplyFields.parse(resultSet);
        if (!results.isArray() || results.size() != 1) {
            throw ReplyFields.invalid("the result", "not exactly one");
        }
        return read(new ReplyFields(results.get(0), "the result")
                .only(Set.of("result"))
                .value("result"));
    }

    /** Reads a reply by itself. */
    Decision read(byte[] reply) {
        return read(ReplyFields.parse(reply));
    }

    /** Reads a reply that was parsed strictly. */
    Decision read(JsonNode root) {
        try {
            return decision(new ReplyFields(root, "reply").only(REPLY, LIFETIME));
        } catch (IllegalArgumentException e) {
            // The model's own guards have the last word: a parameter out of range, an empty condition.
            throw PolicyError.POLICY_INVALID.error("The policy's answer holds a value that is out of range.", e);
        }
    }

    private Decision decision(ReplyFields reply) {
        String reason = reply.text("reason");
        if (!REASON.matcher(reason).matches()) {
            throw ReplyFields.invalid(reply.at("reason"), "not dotted lower-case words");
        }
        if (!reply.text("revision").equals(revision.declared())) {
            throw ReplyFields.invalid(reply.at("revision"), "not the revision that was asked");
        }
        Allow.Detail detail = detail(reply);
        Optional<Instant> until = until(reply);
        Map<ViewId, ViewAccess> views = views(reply.fields("views"));
        return switch (reply.text("effect")) {
            case "allow" -> {
                requireAllowable(views.values());
                String fingerprint = Fingerprint.of(reply, revision);
                yield new Allow(reason, revision.toString(), inputSha256, fingerprint, detail, until, views);
            }
            case "deny" -> {
                requireDeniable(views.values());
                yield new Deny(reason, revision.toString(), inputSha256, existence(views.values()));
            }
            default -> throw ReplyFields.invalid(reply.at("effect"), "neither allow nor deny");
        };
    }

    /** The end of the decision, which is after the time that was asked about; an end in the past would be an allow of nothing. */
    private Optional<Instant> until(ReplyFields reply) {
        if (!reply.object().has("until")) {
            return Optional.empty();
        }
        String text = reply.text("until");
        if (!UNTIL.matcher(text).matches()) {
            throw ReplyFields.invalid(reply.at("until"), "not a time in whole seconds of UTC");
        }
        try {
            Instant until = Instant.parse(text);
            if (!until.isAfter(request.time())) {
                throw ReplyFields.invalid(reply.at("until"), "not after the time of the request");
            }
            return Optional.of(until);
        } catch (DateTimeParseException e) {
            throw ReplyFields.invalid(reply.at("until"), "no time");
        }
    }

    private static Allow.Detail detail(ReplyFields reply) {
        return switch (reply.text("detail")) {
            case "shape" -> Allow.Detail.SHAPE;
            case "full" -> Allow.Detail.FULL;
            default -> throw ReplyFields.invalid(reply.at("detail"), "neither shape nor full");
        };
    }

    private Map<ViewId, ViewAccess> views(ReplyFields views) {
        Map<String, ViewDefinition> asked = request.views().stream()
                .collect(Collectors.toMap(view -> view.id().toString(), Function.identity()));
        views.only(asked.keySet());
        Map<ViewId, ViewAccess> accesses = new TreeMap<>();
        asked.forEach((name, view) -> accesses.put(view.id(), access(views.fields(name), view)));
        return accesses;
    }

    private static ViewAccess access(ReplyFields view, ViewDefinition definition) {
        return switch (view.text("access")) {
            case "rows" -> {
                view.only(ROWS);
                yield new ViewAccess.Rows(
                        rows(view, definition),
                        columns(view.fields("columns"), definition),
                        view.integer("maxRows", 1, Long.MAX_VALUE),
                        (int) view.integer("minGroupSize", 0, Integer.MAX_VALUE));
            }
            case "contract" ->
                new ViewAccess.Contract(columns(view.only(CONTRACT).fields("columns"), definition));
            case "none" -> {
                view.only(NONE);
                yield new ViewAccess.None();
            }
            default -> throw ReplyFields.invalid(view.at("access"), "not rows, contract or none");
        };
    }

    private static ViewAccess.RowRule rows(ReplyFields view, ViewDefinition definition) {
        JsonNode rows = view.value("rows");
        if (rows.isTextual()) {
            if (!rows.textValue().equals("all")) {
                throw ReplyFields.invalid(view.at("rows"), "neither all nor a filter");
            }
            return new ViewAccess.RowRule.All();
        }
        ReplyFields rule = view.fields("rows").only(Set.of("filter"));
        ConditionReader reader = new ConditionReader(definition, rule.at("filter"));
        return new ViewAccess.RowRule.Matching(reader.read(rule.value("filter")));
    }

    private static Map<ColumnName, Mask> columns(ReplyFields columns, ViewDefinition definition) {
        columns.only(definition.columns().stream()
                .map(column -> column.name().value())
                .collect(Collectors.toSet()));
        Map<ColumnName, Mask> masks = new TreeMap<>();
        for (ColumnContract column : definition.columns()) {
            masks.put(
                    column.name(), MaskReader.read(columns.fields(column.name().value()), column));
        }
        return masks;
    }

    /** Rows are allowed where every view gives rows; an allow that withholds one would be an allow of something else. */
    private void requireAllowable(Collection<ViewAccess> views) {
        if (readsRows() && !allRows(views)) {
            throw ReplyFields.invalid("reply.effect", "an allow without rows of every view");
        }
        if (request.operation() == Operation.PREVIEW && views.stream().anyMatch(ViewAccess.None.class::isInstance)) {
            throw ReplyFields.invalid("reply.effect", "a preview of a view that is hidden");
        }
    }

    /** A refusal says of which view; describing is answered view by view. */
    private void requireDeniable(Collection<ViewAccess> views) {
        if (request.operation() == Operation.DESCRIBE) {
            throw ReplyFields.invalid("reply.effect", "describing is allowed, of what each view's access says");
        }
        if (readsRows() && !views.isEmpty() && allRows(views)) {
            throw ReplyFields.invalid("reply.effect", "a deny that withholds no view");
        }
    }

    private boolean readsRows() {
        return switch (request.operation()) {
            case QUERY, EXPLAIN, ANALYZE, EXPORT -> true;
            case PREVIEW, DESCRIBE, MONITOR, CANCEL, ADMINISTER -> false;
        };
    }

    private static boolean allRows(Collection<ViewAccess> views) {
        return views.stream().allMatch(view -> view instanceof ViewAccess.Rows);
    }

    private Deny.Existence existence(Collection<ViewAccess> views) {
        boolean known = (readsRows() || request.operation() == Operation.PREVIEW)
                && !views.isEmpty()
                && views.stream().noneMatch(view -> view instanceof ViewAccess.None);
        return known ? Deny.Existence.KNOWN : Deny.Existence.HIDDEN;
    }
}
