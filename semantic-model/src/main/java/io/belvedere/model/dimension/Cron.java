package io.belvedere.model.dimension;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/**
 * Times in the five fields of Unix cron: minute, hour, day of the month, month, day of the week (0 and 7 are Sunday), in UTC. Where both
 * day fields say something, a day fits when the one or the other does; a field says nothing when it is {@code *}.
 *
 * <p>Immutable and safe for use by many threads.
 */
public final class Cron {
    private static final CronParser PARSER = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    private final String text;
    private final ExecutionTime times;

    private Cron(com.cronutils.model.Cron cron) {
        this.text = cron.asString();
        this.times = ExecutionTime.forCron(cron);
    }

    /** Reads the five fields; throws {@link IllegalArgumentException} for anything else, and for times that never come. */
    public static Cron parse(String text) {
        Cron cron;
        try {
            cron = new Cron(PARSER.parse(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "a cron has five fields, minute (0-59), hour (0-23), day of the month (1-31), month (1-12) and day of the week"
                            + " (0-7), like 0 */6 * * *",
                    e);
        }
        cron.nextAfter(Instant.EPOCH);
        return cron;
    }

    /** The first time after this moment. */
    public Instant nextAfter(Instant moment) {
        return times.nextExecution(moment.atZone(ZoneOffset.UTC))
                .map(ZonedDateTime::toInstant)
                .orElseThrow(() -> new IllegalArgumentException("these times never come"));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cron cron && cron.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The five fields with one space between them. */
    @Override
    public String toString() {
        return text;
    }
}
