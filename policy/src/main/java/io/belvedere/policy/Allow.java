package io.belvedere.policy;

import io.belvedere.model.ColumnName;
import io.belvedere.model.ViewId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The request is allowed, under obligations. For {@code QUERY}, {@code EXPLAIN}, {@code ANALYZE} and {@code EXPORT} every view has {@link ViewAccess.Rows}; for
 * {@code DESCRIBE} each view has its own access.
 */
public final class Allow implements Decision {
    private final String reason;
    private final String revision;
    private final String inputSha256;
    private final String fingerprint;
    private final Detail detail;
    private final Optional<Instant> until;
    private final SortedMap<ViewId, ViewAccess> views;

    Allow(
            String reason,
            String revision,
            String inputSha256,
            String fingerprint,
            Detail detail,
            Optional<Instant> until,
            Map<ViewId, ViewAccess> views) {
        this.reason = reason;
        this.revision = revision;
        this.inputSha256 = inputSha256;
        this.fingerprint = fingerprint;
        this.detail = detail;
        this.until = until;
        this.views = Collections.unmodifiableSortedMap(new TreeMap<>(views));
    }

    /** A decision without an end. */
    Allow(
            String reason,
            String revision,
            String inputSha256,
            String fingerprint,
            Detail detail,
            Map<ViewId, ViewAccess> views) {
        this(reason, revision, inputSha256, fingerprint, detail, Optional.empty(), views);
    }

    @Override
    public String reason() {
        return reason;
    }

    @Override
    public String revision() {
        return revision;
    }

    @Override
    public String inputSha256() {
        return inputSha256;
    }

    /** SHA-256, in hex, of the revision and everything that was granted; the stamp that plans carry. */
    public String fingerprint() {
        return fingerprint;
    }

    /** The same as a type that nobody else can make: what is kept of this decision is found by it. */
    public Stamp stamp() {
        return new Stamp(fingerprint);
    }

    /** How much of a plan and of other callers' queries the caller may see. */
    public Detail detail() {
        return detail;
    }

    /** From when on this decision is none any more, because something that it rests on was granted for a time; empty for no such end. */
    public Optional<Instant> until() {
        return until;
    }

    public SortedMap<ViewId, ViewAccess> views() {
        return views;
    }

    /** The obligations on the rows of a view; throws {@link IllegalStateException} where rows were not granted. */
    public ViewAccess.Rows requireRows(ViewId view) {
        if (views.get(view) instanceof ViewAccess.Rows rows) {
            return rows;
        }
        throw new IllegalStateException("no rows were granted of " + view);
    }

    /**
     * What several answers of one revision to parts of one question say together; each is about other views. Where the question was cut
     * shows in the hash of the input, and nowhere else.
     */
    static Allow union(List<Allow> parts) {
        Allow first = parts.getFirst();
        Map<ViewId, ViewAccess> views = new TreeMap<>();
        parts.forEach(part -> views.putAll(part.views()));
        Detail detail = parts.stream().allMatch(part -> part.detail() == Detail.FULL) ? Detail.FULL : Detail.SHAPE;
        Stream<String> grants = views.entrySet().stream().map(view -> view.getKey() + " " + view.getValue());
        return new Allow(
                first.reason(),
                first.revision(),
                together(parts.stream().map(Allow::inputSha256)),
                together(Stream.concat(Stream.of(first.revision(), detail.name()), grants)),
                detail,
                parts.stream().flatMap(part -> part.until().stream()).min(Comparator.naturalOrder()),
                views);
    }

    private static String together(Stream<String> hashes) {
        return Sha256.hex(hashes.collect(Collectors.joining("\n")).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The same grant without the columns that somebody else may not know: for one who looks at what another caller would see. A view
     * of which nothing is known to the other is hidden whole.
     */
    public Allow without(Allow hiddenFrom) {
        Map<ViewId, ViewAccess> shown = new TreeMap<>();
        views.forEach((view, access) -> shown.put(
                view,
                switch (hiddenFrom.views().getOrDefault(view, new ViewAccess.None())) {
                    case ViewAccess.None _ -> new ViewAccess.None();
                    case ViewAccess.Contract(var columns) -> without(access, columns);
                    case ViewAccess.Rows rows -> without(access, rows.columns());
                }));
        String stamp = Sha256.hex((fingerprint + hiddenFrom.fingerprint()).getBytes(StandardCharsets.US_ASCII));
        return new Allow(reason, revision, inputSha256, stamp, detail, until, shown);
    }

    private static ViewAccess without(ViewAccess access, Map<ColumnName, Mask> known) {
        return switch (access) {
            case ViewAccess.None none -> none;
            case ViewAccess.Contract(var columns) -> new ViewAccess.Contract(without(columns, known));
            case ViewAccess.Rows(var rule, var columns, long rowsMax, int groupSizeMin) ->
                new ViewAccess.Rows(rule, without(columns, known), rowsMax, groupSizeMin);
        };
    }

    private static Map<ColumnName, Mask> without(Map<ColumnName, Mask> columns, Map<ColumnName, Mask> known) {
        Map<ColumnName, Mask> shown = new TreeMap<>(columns);
        shown.replaceAll((column, mask) ->
                known.getOrDefault(column, new Mask.Hidden()) instanceof Mask.Hidden ? new Mask.Hidden() : mask);
        return shown;
    }

    /** How much of a plan, and of whose queries, a caller may see. */
    public enum Detail {
        /** The shape of one's own plans: operators and views, no SQL of a source, no estimate, no count before policy. */
        SHAPE,
        /** Everything: SQL per source, estimates, rows per source, queries of all callers. */
        FULL
    }
}
