package io.belvedere.federation.result;

import io.belvedere.federation.run.DimensionReading;
import io.belvedere.federation.run.SourceReading;
import io.belvedere.federation.run.Timeline;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.model.view.Caching;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** How much longer rows are as fresh as views and dimensions promise. */
final class ResultFreshness {
    private ResultFreshness() {}

    /**
     * The shortest of what is left: of each view's {@code maxStaleness} for the oldest rows, and of each dimension's own. Zero or less
     * where it is over; {@link Caching#RESULTS_MAX} where nothing is promised.
     */
    static Duration left(ResolvedQuery query, KeptResult result, Timeline timeline) {
        // By the query's own clock, on which its readings are: a step of the server's clock does not make rows younger.
        Instant now = timeline.started().plus(timeline.elapsed());
        List<Duration> ages = Stream.concat(
                        result.readings().stream().map(reading -> age(reading, now)),
                        result.dimensions().stream().map(reading -> age(reading, timeline)))
                .toList();
        Stream<Duration> ofViews = query.views().stream()
                .flatMap(view -> view.freshness().staleMax().stream())
                .flatMap(bound -> ages.stream().map(bound::minus));
        Stream<Duration> ofDimensions = result.dimensions().stream()
                .map(reading -> bound(query, reading).minus(age(reading, timeline)));
        return Stream.concat(ofViews, ofDimensions).min(Duration::compareTo).orElse(Caching.RESULTS_MAX);
    }

    /** The dimension's own; one that the query's catalog does not have promises nothing, and then nothing is kept. */
    private static Duration bound(ResolvedQuery query, DimensionReading reading) {
        return query.catalog().dimensions().stream()
                .filter(each -> each.name().toString().equals(reading.dimension()))
                .map(each -> each.staleMax())
                .findFirst()
                .orElse(Duration.ZERO);
    }

    private static Duration age(SourceReading reading, Instant now) {
        Duration age = Duration.between(reading.asOf(), now);
        return age.isNegative() ? Duration.ZERO : age;
    }

    /** At most: they were taken at some time of the query. */
    private static Duration age(DimensionReading reading, Timeline timeline) {
        return reading.age().plus(timeline.elapsed());
    }
}
