package io.belvedere.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.model.access.Operation;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.view.ViewDefinition;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Replies about one view with a column of each type, and ways to read them. */
final class Replies {
    static final String SHA = "ab".repeat(32);
    static final PolicyRevision REVISION = new PolicyRevision("r1", "cd".repeat(32));

    static final ViewDefinition VIEW = Fixtures.view(
            "a.b@1.0.0",
            "t varchar",
            "n bigint",
            "i integer",
            "f double",
            "m decimal(6,2)",
            "d date",
            "s timestamp",
            "z timestamp_with_time_zone",
            "o boolean",
            "h time",
            "x varbinary");

    static final String COLUMNS = VIEW.columns().stream()
            .map(column -> "\"" + column.name() + "\":{\"mask\":\"none\"}")
            .collect(Collectors.joining(",", "{", "}"));

    /** The positive control of every refusal below: each is this reply with one thing changed. */
    static final String GOOD = reply(rows("\"all\""));

    private Replies() {}

    static String reply(String views) {
        return "{\"effect\":\"allow\",\"reason\":\"rows.granted\",\"revision\":\"r1\",\"detail\":\"shape\",\"views\":"
                + views + "}";
    }

    static String deny(String views) {
        return reply(views).replace("\"allow\"", "\"deny\"");
    }

    static String rows(String rows) {
        return "{\"a.b@1.0.0\":{\"access\":\"rows\",\"rows\":" + rows + ",\"columns\":" + COLUMNS
                + ",\"maxRows\":10,\"minGroupSize\":2}}";
    }

    static String filtered(String filter) {
        return reply(rows("{\"filter\":" + filter + "}"));
    }

    static String withColumn(String column) {
        String name = column.substring(0, column.indexOf(':'));
        return GOOD.replace(name + ":{\"mask\":\"none\"}", column);
    }

    static String eq(String column, String value) {
        return "{\"type\":\"field\",\"operator\":\"eq\",\"field\":\"" + column + "\",\"value\":" + value + "}";
    }

    static String compound(String operator, String... conditions) {
        return "{\"type\":\"compound\",\"operator\":\"" + operator + "\",\"value\":[" + String.join(",", conditions)
                + "]}";
    }

    static String nested(int nots) {
        return "{\"type\":\"compound\",\"operator\":\"not\",\"value\":[".repeat(nots)
                + eq("n", "1")
                + "]}".repeat(nots);
    }

    static String in(int values) {
        return "{\"type\":\"field\",\"operator\":\"in\",\"field\":\"n\",\"value\":["
                + Stream.iterate(0, i -> i + 1)
                        .limit(values)
                        .map(String::valueOf)
                        .collect(Collectors.joining(",")) + "]}";
    }

    static ReplyReader reader(Operation operation, ViewDefinition... views) {
        return new ReplyReader(Fixtures.request(Fixtures.ANA, operation, views), SHA, REVISION);
    }

    static Decision read(Operation operation, String reply) {
        return reader(operation, VIEW).read(reply.getBytes(StandardCharsets.UTF_8));
    }

    static void assertInvalid(Operation operation, String reply) {
        assertThatThrownBy(() -> read(operation, reply))
                .isInstanceOfSatisfying(
                        BelvedereException.class, e -> assertThat(e.code()).isEqualTo(PolicyError.POLICY_INVALID));
    }
}
