package io.belvedere.server.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.resources.Resource;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;

/**
 * Sends log lines to a receiver of OTLP over HTTP: their text as it stands in the log, their level and where they come from. Of an exception
 * only the class goes along; what it says may be a source's own words.
 *
 * <p>A full queue or a receiver that is down costs lines there, never a query, and none of the log itself.
 */
final class LogExport extends ExtHandler {
    private static final int QUEUE_MAX = 2_048;
    private static final int TEXT_MAX = 4_096;
    private static final Duration EXPORT_TIME_MAX = Duration.ofSeconds(5);
    private static final AttributeKey<String> EXCEPTION = AttributeKey.stringKey("exception.type");
    /** What sending itself logs would be sent again. */
    private static final String OWN = "io.opentelemetry.";

    private final SdkLoggerProvider provider;

    private LogExport(SdkLoggerProvider provider) {
        this.provider = provider;
    }

    static LogExport to(URI endpoint, String version) {
        OtlpHttpLogRecordExporter exporter = OtlpHttpLogRecordExporter.builder()
                .setEndpoint(endpoint.toString())
                .setTimeout(EXPORT_TIME_MAX)
                .build();
        Resource resource = Resource.getDefault()
                .merge(Resource.create(Attributes.of(
                        AttributeKey.stringKey("service.name"),
                        "belvedere",
                        AttributeKey.stringKey("service.version"),
                        version)));
        return new LogExport(SdkLoggerProvider.builder()
                .setResource(resource)
                .addLogRecordProcessor(BatchLogRecordProcessor.builder(exporter)
                        .setMaxQueueSize(QUEUE_MAX)
                        .setScheduleDelay(Duration.ofSeconds(1))
                        .setExporterTimeout(EXPORT_TIME_MAX)
                        .build())
                .build());
    }

    @SuppressWarnings("deprecation")
    @Override
    protected void doPublish(ExtLogRecord line) {
        String from = String.valueOf(line.getLoggerName());
        if (from.startsWith(OWN)) {
            return;
        }
        String text = String.valueOf(line.getFormattedMessage());
        var record = provider.get(from)
                .logRecordBuilder()
                .setTimestamp(line.getInstant())
                .setSeverity(severity(line.getLevel()))
                .setSeverityText(line.getLevel().getName())
                .setBody(text.length() > TEXT_MAX ? text.substring(0, TEXT_MAX) : text);
        Throwable thrown = line.getThrown();
        if (thrown != null) {
            record.setAttribute(EXCEPTION, thrown.getClass().getName());
        }
        record.emit();
    }

    private static Severity severity(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return Severity.ERROR;
        } else if (value >= Level.WARNING.intValue()) {
            return Severity.WARN;
        } else if (value >= Level.INFO.intValue()) {
            return Severity.INFO;
        }
        return Severity.DEBUG;
    }

    /** Sends what is left, for a few seconds at most. */
    @Override
    public void close() {
        provider.shutdown().join(EXPORT_TIME_MAX.toSeconds(), TimeUnit.SECONDS);
    }
}
