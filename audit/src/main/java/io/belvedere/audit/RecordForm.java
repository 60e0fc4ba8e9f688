package io.belvedere.audit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.belvedere.audit.DecisionRecord.DecisionFacts;
import io.belvedere.audit.DecisionRecord.ObligationFacts;
import io.belvedere.audit.DecisionRecord.Previewed;
import io.belvedere.audit.DecisionRecord.ViewUse;
import io.belvedere.audit.OutcomeRecord.DimensionUse;
import io.belvedere.audit.OutcomeRecord.SourceUse;
import io.belvedere.audit.hash.LogHashes;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.QueryId;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The one place that says which fact goes where in a record (docs/schemas/audit-record.schema.json). Identifiers of people go
 * into {@code enc} or a pseudonym, values into a keyed hash; everything else is bounded text. Safe for use by many threads.
 */
final class RecordForm {
    private static final int SCHEMA_VERSION = 1;
    private static final int WORD = 64;
    private static final int NAME = 300;
    private static final int HASH = 128;

    /** Where a record says as whom its caller looked. */
    private static final List<String> PREVIEWED = List.of("previewed", "compared");

    private final AuditSettings settings;
    private final String origin;
    private final AuditKeys keys;

    RecordForm(AuditSettings settings, String origin, AuditKeys keys) {
        this.settings = settings;
        this.origin = origin;
        this.keys = keys;
    }

    /** How much of a long list or text a record keeps; the small form always fits an entry. */
    private enum Detail {
        FULL(8 * 1024, 200, 64, 100),
        SMALL(2 * 1024, 32, 24, 0);

        private final int statementBytes;
        private final int roles;
        private final int views;
        private final int sources;

        Detail(int statementBytes, int roles, int views, int sources) {
            this.statementBytes = statementBytes;
            this.roles = roles;
            this.views = views;
            this.sources = sources;
        }
    }

    /** A decision; in its small form when the full one is more than an entry may hold. */
    Draft decision(DecisionRecord record) {
        Draft full = decision(record, Detail.FULL);
        return full.bytes() <= LogLimits.ENTRY_BYTES ? full : entry(decision(record, Detail.SMALL));
    }

    private Draft decision(DecisionRecord record, Detail detail) {
        Members members = new Members();
        LocalDate day = LocalDate.ofInstant(settings.clock().instant(), ZoneOffset.UTC);
        members.text("req", record.request().toString(), WORD)
                .text("purpose", record.purpose(), NAME)
                .text("operation", word(record.operation()), WORD)
                .text("protocol", word(record.protocol()), WORD);
        record.caller()
                .ifPresent(
                        caller -> members.object("subject", subject(caller, record.request(), "subject", day, detail)));
        record.remoteAddress().ifPresent(address -> {
            NetworkPrefix.of(address).ifPresent(network -> members.text("ip_net", network, WORD));
            Members ip = new Members().text("ip", address, WORD);
            members.object("endpoint", new Members().object("enc", sealed(ip, record.request(), "endpoint", day)));
        });
        objects(members, "views", record.views(), detail.views, RecordForm::view);
        record.statement().ifPresent(norm -> members.object("stmt", statement(norm, detail)));
        record.decision().ifPresent(facts -> members.object("decision", facts(facts, day.getYear(), detail)));
        members.text("break_glass", record.breakGlass(), NAME)
                .text("prepared_id", record.handles().prepared(), WORD)
                .text("ticket_id", record.handles().ticket(), WORD);
        for (int i = 0; i < record.previewed().size(); i++) {
            String name = PREVIEWED.get(i);
            members.object(name, previewed(record.previewed().get(i), record.request(), name, day, detail));
        }
        return draft(RecordType.DECISION.word(), RecordType.DECISION, members);
    }

    /** An outcome of a decision of this log. */
    Draft outcome(QueryId request, OutcomeRecord record) {
        return entry(outcome(request, record, Detail.FULL));
    }

    /** An outcome without its lists, never more than {@link LogLimits#SMALL_OUTCOME_BYTES}: for the reserve. */
    Draft smallOutcome(QueryId request, OutcomeRecord record) {
        return outcome(request, record, Detail.SMALL);
    }

    private Draft outcome(QueryId request, OutcomeRecord record, Detail detail) {
        Members members = new Members();
        members.text("req", request.toString(), WORD)
                .text("status", word(record.status()), WORD)
                .text("code", record.code(), WORD)
                .number("rows", record.rows())
                .number("bytes", record.bytes())
                .number("end_ms", record.total().toMillis());
        record.firstRow().ifPresent(first -> members.number("first_row_ms", first.toMillis()));
        record.keptFor().ifPresent(age -> members.number("cache_age_ms", age.toMillis()));
        objects(members, "sources", record.sources(), detail.sources, RecordForm::source);
        texts(members, "incomplete_sources", record.incompleteSources(), detail.sources / 2, HASH);
        if (!record.dimensions().isEmpty()) {
            objects(members, "dimensions", record.dimensions(), detail.sources / 4, RecordForm::dimension);
        }
        return draft(RecordType.OUTCOME.word(), RecordType.OUTCOME, members);
    }

    /** A note of something that is not a query. */
    Draft note(AdminRecord event) {
        Members facts = new Members();
        int kept = 0;
        for (Map.Entry<String, String> fact : new TreeMap<>(event.facts()).entrySet()) {
            if (kept++ == WORD) {
                facts.cut();
                break;
            }
            facts.text(SafeText.of(fact.getKey(), WORD).text(), fact.getValue(), NAME);
        }
        return entry(draft(event.type(), RecordType.NOTE, new Members().object("facts", facts)));
    }

    /** A record of the log about itself. */
    Draft own(RecordType type, Members members) {
        return draft(type.word(), type, members);
    }

    /** The bounds add up to less than an entry may hold; a mistake in them must stop its caller, not the writer. */
    private static Draft entry(Draft draft) {
        if (draft.bytes() > LogLimits.ENTRY_BYTES) {
            throw new IllegalStateException("a record of type " + draft.type() + " is larger than an entry may be");
        }
        return draft;
    }

    private Draft draft(String word, RecordType type, Members members) {
        members.flag("truncated", members.truncated())
                .number("v", SCHEMA_VERSION)
                .text("type", word, WORD)
                .text("log", origin, NAME)
                .text("node", settings.node(), WORD)
                .text("build", settings.build(), WORD);
        return new Draft(type, members.canonical());
    }

    private Members previewed(Previewed previewed, QueryId request, String field, LocalDate day, Detail detail) {
        DecisionFacts decision = previewed.decision();
        return subject(previewed.caller(), request, field, day, detail)
                .text("effect", decision.effect(), WORD)
                .text("reason_code", decision.reason(), HASH)
                .text("input_sha256", decision.inputSha256(), HASH)
                .text("stamp", decision.stamp(), HASH);
    }

    private Members subject(Caller caller, QueryId request, String field, LocalDate day, Detail detail) {
        Members identity = new Members()
                .text("iss", caller.issuer(), NAME)
                .text("sub", caller.subject(), NAME)
                .text("name", caller.name(), NAME);
        caller.agent()
                .ifPresent(agent ->
                        identity.text("agent_iss", agent.issuer(), NAME).text("agent_sub", agent.subject(), NAME));
        Members subject = new Members()
                .text("pid", keys.pseudonym(caller, day.getYear()), WORD)
                .text("type", word(caller.kind()), WORD)
                .object("enc", sealed(identity, request, field, day));
        caller.agent()
                .ifPresent(agent -> subject.text(
                        "agent_pid", keys.pseudonym(agent.issuer(), agent.subject(), day.getYear()), WORD));
        texts(subject, "roles", List.copyOf(caller.roles()), detail.roles, WORD);
        return subject;
    }

    private Members sealed(Members clear, QueryId request, String field, LocalDate day) {
        String context = origin + "|" + request + "|" + field;
        Members sealed = new Members()
                .text("day", day.toString(), WORD)
                .text("data", keys.encrypt(clear.json().toString(), context, day.toString()), 8 * 1024);
        if (clear.truncated()) {
            sealed.cut();
        }
        return sealed;
    }

    private static Members view(ViewUse view) {
        return new Members()
                .text("id", view.id(), NAME)
                .text("def_sha256", view.definitionSha256(), HASH)
                .text("requested_as", view.requestedAs(), NAME);
    }

    private static Members statement(String norm, Detail detail) {
        Members statement = new Members().text("norm", norm, detail.statementBytes);
        return statement.flag("truncated", statement.truncated()).text("norm_sha256", sha256(norm), WORD);
    }

    private Members facts(DecisionFacts facts, int year, Detail detail) {
        Members engine =
                new Members().text("name", facts.engine(), WORD).text("bundle_revision", facts.revision(), HASH);
        Members decision = new Members()
                .text("effect", facts.effect(), WORD)
                .text("reason_code", facts.reason(), HASH)
                .object("engine", engine)
                .text("input_sha256", facts.inputSha256(), HASH)
                .text("stamp", facts.stamp(), HASH);
        List<Map.Entry<String, ObligationFacts>> views = List.copyOf(new TreeMap<>(facts.obligations()).entrySet());
        objects(
                decision,
                "obligations",
                views,
                detail.views,
                view -> obligation(view.getKey(), view.getValue(), year, detail));
        return decision;
    }

    private Members obligation(String view, ObligationFacts facts, int year, Detail detail) {
        Members obligation = new Members().text("view", view, NAME);
        if (facts.values().isPresent()) {
            Members rows = new Members()
                    .text("filter_template", facts.rows(), detail == Detail.FULL ? 4 * NAME : NAME)
                    .text("bind_hmac", keys.bind(facts.values().get(), year), WORD);
            obligation.object("rows", rows);
        } else {
            obligation.text("rows", facts.rows(), NAME);
        }
        Members columns = new Members();
        List<Map.Entry<String, String>> masks = List.copyOf(new TreeMap<>(facts.masks()).entrySet());
        objects(
                columns,
                "columns",
                masks,
                masks.size(),
                mask -> new Members().text("name", mask.getKey(), HASH).text("mask", mask.getValue(), WORD));
        if (columns.truncated()) {
            obligation.cut();
        }
        if (detail == Detail.FULL) {
            return obligation.list("columns", columns.json().get("columns"));
        }
        obligation.cut();
        return obligation
                .number("columns_total", masks.size())
                .text("columns_sha256", sha256(columns.canonical().toString()), WORD);
    }

    private static Members source(SourceUse use) {
        return new Members()
                .text("source", use.source(), HASH)
                .text("sql_sha256", use.sqlSha256(), HASH)
                .number("rows", use.rows())
                .number("bytes", use.bytes())
                .number("ms", use.time().toMillis())
                .text("status", use.status(), WORD);
    }

    private static Members dimension(DimensionUse use) {
        return new Members()
                .text("dimension", use.dimension(), HASH)
                .text("as_of", use.asOf().toString(), WORD)
                .number("age_ms", use.age().toMillis());
    }

    /** Adds a list of objects; one that is cut also says how many there were. */
    private static <T> void objects(Members members, String name, List<T> all, int max, Function<T, Members> form) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (T one : all.subList(0, Math.min(all.size(), max))) {
            Members object = form.apply(one);
            if (object.truncated()) {
                members.cut();
            }
            list.add(object.json());
        }
        add(members, name, list, all.size());
    }

    private static void texts(Members members, String name, List<String> all, int max, int bytesMax) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (String one : all.subList(0, Math.min(all.size(), max))) {
            SafeText safe = SafeText.of(one, bytesMax);
            if (safe.truncated()) {
                members.cut();
            }
            list.add(safe.text());
        }
        add(members, name, list, all.size());
    }

    private static void add(Members members, String name, ArrayNode list, int total) {
        members.list(name, list);
        if (list.size() < total) {
            members.cut();
            members.number(name + "_total", total);
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String sha256(String text) {
        return HexFormat.of().formatHex(LogHashes.sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
