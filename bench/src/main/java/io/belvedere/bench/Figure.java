package io.belvedere.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.OptionalDouble;

/**
 * One row of a benchmark's report. The ratio is ours ÷ baseline, so smaller is better.
 *
 * @param unit of {@code median} and {@code baseline}
 * @param goal the bound that the ratio should stay within; empty when there is none
 */
@JsonPropertyOrder({"bench", "case", "unit", "median", "baseline", "ratio", "goal", "note"})
record Figure(
        String bench,
        @JsonProperty("case") String name,
        String unit,
        double median,
        double baseline,

        @JsonProperty("goal") @JsonInclude(JsonInclude.Include.ALWAYS)
        OptionalDouble goal,

        String note) {

    @JsonProperty("ratio")
    double ratio() {
        return Math.round(median / baseline * 1000) / 1000.0;
    }

    boolean withinGoal() {
        return goal.isEmpty() || ratio() <= goal.getAsDouble();
    }
}
