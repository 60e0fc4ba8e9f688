package io.belvedere.server.telemetry;

import io.belvedere.audit.OutcomeRecord;
import io.belvedere.federation.run.Timeline;
import io.belvedere.server.pipeline.QueryObserver;
import io.belvedere.server.pipeline.QueryStatus;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Spans, made from the timeline when a request has ended: one for the request, below it one for each step of the walk and each
 * fragment, below a fragment one for each statement at a shard. They say names, times and counts; no SQL, no value, no caller.
 *
 * <p>A full queue or a receiver that is down costs spans, never a query. Safe for use by many threads.
 */
public final class Traces implements QueryObserver, AutoCloseable {
    private static final int QUEUE_MAX = 2_048;
    private static final Duration EXPORT_TIME_MAX = Duration.ofSeconds(5);
    private static final AttributeKey<String> QUERY_ID = AttributeKey.stringKey("belvedere.query.id");
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("belvedere.operation");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("belvedere.outcome");
    private static final AttributeKey<String> CODE = AttributeKey.stringKey("belvedere.error.code");
    private static final AttributeKey<Long> ROWS = AttributeKey.longKey("belvedere.rows");
    private static final AttributeKey<Long> BYTES = AttributeKey.longKey("belvedere.bytes");
    private static final AttributeKey<Long> KEYS = AttributeKey.longKey("belvedere.keys");
    private static final AttributeKey<Long> ATTEMPTS = AttributeKey.longKey("belvedere.attempts");
    private static final AttributeKey<String> SOURCE = AttributeKey.stringKey("belvedere.source");
    private static final AttributeKey<String> SHARD = AttributeKey.stringKey("belvedere.shard");
    private static final AttributeKey<String> STATUS = AttributeKey.stringKey("belvedere.status");
    private static final TextMapGetter<String> HEADER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(String traceparent) {
            return List.of("traceparent");
        }

        @Override
        public @Nullable String get(@Nullable String traceparent, String key) {
            return key.equals("traceparent") ? traceparent : null;
        }
    };

    private final SdkTracerProvider provider;
    private final Tracer tracer;

    private Traces(SdkTracerProvider provider) {
        this.provider = provider;
        this.tracer = provider.get("io.belvedere");
    }

    /** Sends spans to a receiver of OTLP over HTTP. */
    public static Traces to(URI endpoint, String version) {
        OtlpHttpSpanExporter exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(endpoint.toString())
                .setTimeout(EXPORT_TIME_MAX)
                .build();
        Resource resource = Resource.getDefault()
                .merge(Resource.create(Attributes.of(
                        AttributeKey.stringKey("service.name"),
                        "belvedere",
                        AttributeKey.stringKey("service.version"),
                        version)));
        return new Traces(SdkTracerProvider.builder()
                .setResource(resource)
                .addSpanProcessor(BatchSpanProcessor.builder(exporter)
                        .setMaxQueueSize(QUEUE_MAX)
                        .setScheduleDelay(Duration.ofSeconds(1))
                        .setExporterTimeout(EXPORT_TIME_MAX)
                        .build())
                .build());
    }

    @Override
    public void ended(QueryStatus status, Optional<String> traceparent, OutcomeRecord outcome) {
        Context parent = traceparent
                .map(header -> W3CTraceContextPropagator.getInstance().extract(Context.root(), header, HEADER))
                .orElse(Context.root());
        Instant begin = status.started();
        String operation = status.operation().name().toLowerCase(Locale.ROOT);
        Span request = at(tracer.spanBuilder("belvedere " + operation), parent, begin)
                .setSpanKind(SpanKind.SERVER)
                .setAttribute(QUERY_ID, status.id().toString())
                .setAttribute(OPERATION, operation)
                .setAttribute(OUTCOME, outcome.status().name().toLowerCase(Locale.ROOT))
                .setAttribute(ROWS, outcome.rows())
                .setAttribute(BYTES, outcome.bytes())
                .startSpan();
        outcome.code().ifPresent(code -> request.setAttribute(CODE, code).setStatus(StatusCode.ERROR));
        Context inside = parent.with(request);
        Map<String, List<Timeline.Entry>> fragments = new LinkedHashMap<>();
        for (Timeline.Entry entry : status.timeline()) {
            if (entry.fetch().isPresent()) {
                fragments.computeIfAbsent(entry.name(), _ -> new ArrayList<>()).add(entry);
            } else {
                Span step = at(tracer.spanBuilder(entry.name()), inside, begin.plus(entry.begin()))
                        .startSpan();
                end(step, begin.plus(entry.begin()).plus(entry.took()));
            }
        }
        fragments.forEach((name, statements) -> fragment(name, statements, inside, begin));
        end(request, begin.plus(outcome.total()));
    }

    private void fragment(String name, List<Timeline.Entry> statements, Context parent, Instant begin) {
        Instant first = begin.plus(statements.stream()
                .map(Timeline.Entry::begin)
                .min(Duration::compareTo)
                .orElseThrow());
        Instant last = begin.plus(statements.stream()
                .map(entry -> entry.begin().plus(entry.took()))
                .max(Duration::compareTo)
                .orElseThrow());
        String source = statements.getFirst().fetch().orElseThrow().source();
        Span fragment = at(tracer.spanBuilder("fragment " + name), parent, first)
                .setAttribute(SOURCE, source)
                .startSpan();
        for (Timeline.Entry entry : statements) {
            statement(entry, entry.fetch().orElseThrow(), parent.with(fragment), begin);
        }
        end(fragment, last);
    }

    private void statement(Timeline.Entry entry, Timeline.FetchFacts fetch, Context parent, Instant begin) {
        Instant from = begin.plus(entry.begin());
        Span statement = at(tracer.spanBuilder("statement " + fetch.source()), parent, from)
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute(SOURCE, fetch.source())
                .setAttribute(SHARD, fetch.shard())
                .setAttribute(ROWS, fetch.rows())
                .setAttribute(BYTES, fetch.bytes())
                .setAttribute(KEYS, fetch.keys())
                .setAttribute(ATTEMPTS, (long) fetch.attempts())
                .setAttribute(STATUS, fetch.status())
                .startSpan();
        if (fetch.status().equals("failed")) {
            statement.setStatus(StatusCode.ERROR);
        }
        end(statement, from.plus(entry.took()));
    }

    private static SpanBuilder at(SpanBuilder span, Context parent, Instant begin) {
        return span.setParent(parent).setStartTimestamp(begin);
    }

    private static void end(Span span, Instant when) {
        span.end(when);
    }

    /** Sends what is left, for a little while. */
    @Override
    public void close() {
        provider.shutdown().join(EXPORT_TIME_MAX.toMillis(), TimeUnit.MILLISECONDS);
    }
}
