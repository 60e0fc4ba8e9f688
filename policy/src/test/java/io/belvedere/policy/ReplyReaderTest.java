package io.belvedere.policy;

import static io.belvedere.policy.Replies.COLUMNS;
import static io.belvedere.policy.Replies.GOOD;
import static io.belvedere.policy.Replies.SHA;
import static io.belvedere.policy.Replies.VIEW;
import static io.belvedere.policy.Replies.assertInvalid;
import static io.belvedere.policy.Replies.deny;
import static io.belvedere.policy.Replies.eq;
import static io.belvedere.policy.Replies.filtered;
import static io.belvedere.policy.Replies.read;
import static io.belvedere.policy.Replies.reader;
import static io.belvedere.policy.Replies.reply;
import static io.belvedere.policy.Replies.rows;
import static io.belvedere.policy.Replies.withColumn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.model.ColumnName;
import io.belvedere.model.access.Operation;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.expr.Literal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A reply is taken to the letter or not at all. */
class ReplyReaderTest {
    @Test
    void aCompleteReplyIsAnAllow() {
        Allow allow = (Allow) read(Operation.QUERY, GOOD);

        assertThat(allow.reason()).isEqualTo("rows.granted");
        assertThat(allow.revision()).isEqualTo("r1+cdcdcdcdcdcd");
        assertThat(allow.inputSha256()).isEqualTo(SHA);
        assertThat(allow.fingerprint()).matches("[0-9a-f]{64}");
        ViewAccess.Rows rows = allow.requireRows(VIEW.id());
        assertThat(rows.rule()).isEqualTo(new ViewAccess.RowRule.All());
        assertThat(rows.columns()).hasSize(VIEW.columns().size()).containsEntry(new ColumnName("t"), new Mask.None());
        assertThat(rows.rowsMax()).isEqualTo(10);
        assertThat(rows.groupSizeMin()).isEqualTo(2);
    }

    static Stream<Arguments> brokenReplies() {
        return Stream.of(
                broken("nothing", ""),
                broken("white space", "  \n"),
                broken("null", "null"),
                broken("an empty object", "{}"),
                broken("an empty list", "[]"),
                broken("a text", "\"true\""),
                broken("true", "true"),
                broken("a number", "1"),
                broken("HTML", "<html>502 Bad Gateway</html>"),
                broken("cut short", GOOD.substring(0, GOOD.length() - 1)),
                broken("something after the end", GOOD + "{}"),
                broken("a trailing word", GOOD + " true"),
                broken("a comment", "/* */" + GOOD),
                broken("wrapped in a list", "[" + GOOD + "]"),
                broken("wrapped as the engine's result", "[{\"result\":" + GOOD + "}]"),
                changed("an unknown field", "{\"effect\"", "{\"extra\":1,\"effect\""),
                changed("an effect twice", "{\"effect\"", "{\"effect\":\"deny\",\"effect\""),
                changed("an effect missing", "\"effect\":\"allow\",", ""),
                changed("an effect in capitals", "\"allow\"", "\"ALLOW\""),
                changed("an effect that is true", "\"allow\"", "true"),
                changed("an effect that is null", "\"allow\"", "null"),
                changed("an unknown effect", "\"allow\"", "\"permit\""),
                changed("a deny that withholds nothing", "\"allow\"", "\"deny\""),
                changed("no reason", "\"reason\":\"rows.granted\",", ""),
                changed("an empty reason", "rows.granted", ""),
                changed("a reason with a line break", "rows.granted", "rows\\ngranted"),
                changed("a long reason", "rows.granted", "a".repeat(101)),
                changed("no revision", "\"revision\":\"r1\",", ""),
                changed("an empty revision", "\"r1\"", "\"\""),
                changed("another revision", "\"r1\"", "\"r2\""),
                changed("a revision that is a number", "\"r1\"", "1"),
                changed("no detail", "\"detail\":\"shape\",", ""),
                changed("an unknown detail", "\"shape\"", "\"everything\""),
                changed("no views", "\"views\":{", "\"views\":{},\"other\":{"),
                changed("views that are a list", reply(rows("\"all\"")), reply("[]")),
                changed("another view", "a.b@1.0.0", "a.b@1.0.1"),
                changed("a view without its version", "a.b@1.0.0", "a.b"),
                changed("a view in capitals", "a.b@1.0.0", "A.B@1.0.0"),
                changed("a view too many", "\"views\":{", "\"views\":{\"a.c@1.0.0\":{\"access\":\"none\"},"),
                changed("a view twice", "\"views\":{", "\"views\":{\"a.b@1.0.0\":{\"access\":\"none\"},"),
                changed("no access", "\"access\":\"rows\",", ""),
                changed("an unknown access", "\"access\":\"rows\"", "\"access\":\"admin\""),
                changed("an access that is true", "\"access\":\"rows\"", "\"access\":true"),
                changed("no rows", "\"rows\":\"all\",", ""),
                changed("rows that are null", "\"rows\":\"all\"", "\"rows\":null"),
                changed("rows that are true", "\"rows\":\"all\"", "\"rows\":true"),
                changed("rows that are an empty object", "\"rows\":\"all\"", "\"rows\":{}"),
                changed("rows that are a list", "\"rows\":\"all\"", "\"rows\":[]"),
                changed("rows in other words", "\"rows\":\"all\"", "\"rows\":\"everything\""),
                changed("rows as SQL", "\"rows\":\"all\"", "\"rows\":{\"filter\":\"1=1\"}"),
                changed(
                        "two filters",
                        "\"rows\":\"all\"",
                        "\"rows\":{\"filter\":" + eq("t", "\"x\"") + ",\"filter\":" + eq("t", "\"y\"") + "}"),
                changed("rows where only the contract is given", "\"access\":\"rows\"", "\"access\":\"contract\""),
                changed("rows where nothing is given", "\"access\":\"rows\"", "\"access\":\"none\""),
                changed("no columns", "\"columns\":" + COLUMNS + ",", ""),
                changed("columns that are a list", COLUMNS, "[]"),
                changed("a column missing", "\"t\":{\"mask\":\"none\"},", ""),
                changed("a column too many", "\"t\":{", "\"u\":{\"mask\":\"none\"},\"t\":{"),
                changed("a column twice", "\"t\":{", "\"t\":{\"mask\":\"hidden\"},\"t\":{"),
                changed("a column in another case", "\"t\":{", "\"T\":{"),
                changed("a mask missing", "\"t\":{\"mask\":\"none\"}", "\"t\":{}"),
                changed("a mask that is a bare word", "\"t\":{\"mask\":\"none\"}", "\"t\":\"none\""),
                changed("a mask that is null", "\"t\":{\"mask\":\"none\"}", "\"t\":null"),
                changed("two masks", "\"t\":{\"mask\":\"none\"}", "\"t\":{\"mask\":\"none\",\"mask\":\"email\"}"),
                changed("two masks in a list", "\"t\":{\"mask\":\"none\"}", "\"t\":{\"mask\":[\"none\",\"email\"]}"),
                changed("no limit of rows", ",\"maxRows\":10", ""),
                changed("a limit of no rows", "\"maxRows\":10", "\"maxRows\":0"),
                changed("a limit below zero", "\"maxRows\":10", "\"maxRows\":-1"),
                changed("a limit that is a text", "\"maxRows\":10", "\"maxRows\":\"10\""),
                changed("a limit that is a fraction", "\"maxRows\":10", "\"maxRows\":10.5"),
                changed("a limit past 64 bits", "\"maxRows\":10", "\"maxRows\":9223372036854775808"),
                changed("a limit that is no number", "\"maxRows\":10", "\"maxRows\":NaN"),
                changed("an endless limit", "\"maxRows\":10", "\"maxRows\":Infinity"),
                changed("a limit of 2000 digits", "\"maxRows\":10", "\"maxRows\":" + "1".repeat(2000)),
                changed("no size of groups", ",\"minGroupSize\":2", ""),
                changed("a size of groups below zero", "\"minGroupSize\":2", "\"minGroupSize\":-1"),
                changed("a size of groups past 32 bits", "\"minGroupSize\":2", "\"minGroupSize\":4294967296"),
                changed("a field too many in a view", "\"minGroupSize\":2", "\"minGroupSize\":2,\"sql\":\"1=1\""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenReplies")
    void aReplyThatLeavesAnythingOpenIsRefused(String what, String reply) {
        assertThat(reply).as(what).isNotEqualTo(GOOD);
        assertInvalid(Operation.QUERY, reply);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"mask\":\"rot13\"}",
                "{\"mask\":\"NONE\"}",
                "{\"mask\":\"none\",\"characters\":1}",
                "{\"mask\":\"keep_last\"}",
                "{\"mask\":\"keep_last\",\"characters\":0}",
                "{\"mask\":\"keep_last\",\"characters\":65}",
                "{\"mask\":\"keep_last\",\"characters\":\"4\"}",
                "{\"mask\":\"keep_last\",\"characters\":4,\"width\":1}",
                "{\"mask\":\"keep_first\",\"characters\":-1}",
                "{\"mask\":\"constant\"}",
                "{\"mask\":\"constant\",\"value\":null}",
                "{\"mask\":\"constant\",\"value\":1}",
                "{\"mask\":\"constant\",\"value\":{}}",
                "{\"mask\":\"hash\"}",
                "{\"mask\":\"hash\",\"salt\":[]}",
                "{\"mask\":\"hash\",\"salt\":\"\",\"key\":\"K 1\"}",
                "{\"mask\":\"hash\",\"salt\":\"\",\"key\":null}",
                "{\"mask\":\"hash\",\"salt\":\"\",\"pepper\":\"\"}",
                "{\"mask\":\"bucket\",\"width\":10}",
                "{\"mask\":\"date_trunc\",\"unit\":\"month\"}"
            })
    void aMaskThatIsNotOneOfTextIsRefused(String mask) {
        assertInvalid(Operation.QUERY, GOOD.replace("\"t\":{\"mask\":\"none\"}", "\"t\":" + mask));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"n\":{\"mask\":\"email\"}",
                "\"n\":{\"mask\":\"redact\"}",
                "\"n\":{\"mask\":\"bucket\",\"width\":0}",
                "\"n\":{\"mask\":\"constant\",\"value\":1.5}",
                "\"n\":{\"mask\":\"constant\",\"value\":\"1\"}",
                "\"m\":{\"mask\":\"constant\",\"value\":1.234}",
                "\"f\":{\"mask\":\"bucket\",\"width\":10}",
                "\"f\":{\"mask\":\"hash\",\"salt\":\"\"}",
                "\"h\":{\"mask\":\"hash\",\"salt\":\"\"}",
                "\"d\":{\"mask\":\"date_trunc\",\"unit\":\"day\"}",
                "\"d\":{\"mask\":\"constant\",\"value\":\"2026-02-30\"}",
                "\"h\":{\"mask\":\"constant\",\"value\":\"12:00:00\"}"
            })
    void aMaskThatDoesNotFitItsColumnIsRefused(String column) {
        assertInvalid(Operation.QUERY, withColumn(column));
    }

    @Test
    void everyMaskOfTheCatalogueIsRead() {
        assertThat(mask("\"t\":{\"mask\":\"hidden\"}")).isEqualTo(new Mask.Hidden());
        assertThat(mask("\"x\":{\"mask\":\"null\"}")).isEqualTo(new Mask.Null());
        assertThat(mask("\"t\":{\"mask\":\"redact\"}")).isEqualTo(new Mask.Redact());
        assertThat(mask("\"t\":{\"mask\":\"email\"}")).isEqualTo(new Mask.Email());
        assertThat(mask("\"t\":{\"mask\":\"keep_first\",\"characters\":3}")).isEqualTo(new Mask.KeepFirst(3));
        assertThat(mask("\"t\":{\"mask\":\"keep_last\",\"characters\":64}")).isEqualTo(new Mask.KeepLast(64));
        assertThat(mask("\"t\":{\"mask\":\"constant\",\"value\":\"?\"}"))
                .isEqualTo(new Mask.Constant(new Literal.Text("?")));
        assertThat(mask("\"d\":{\"mask\":\"constant\",\"value\":\"2026-01-31\"}"))
                .isEqualTo(new Mask.Constant(new Literal.Date(LocalDate.of(2026, 1, 31))));
        assertThat(mask("\"m\":{\"mask\":\"bucket\",\"width\":10}")).isEqualTo(new Mask.Bucket(10));
        assertThat(mask("\"n\":{\"mask\":\"hash\",\"salt\":\"churn\"}"))
                .isEqualTo(new Mask.Hash("churn", Optional.empty()));
        assertThat(mask("\"t\":{\"mask\":\"hash\",\"salt\":\"\",\"key\":\"2026-11\"}"))
                .isEqualTo(new Mask.Hash("", Optional.of("2026-11")));
        assertThat(mask("\"z\":{\"mask\":\"date_trunc\",\"unit\":\"quarter\"}"))
                .isEqualTo(new Mask.DateTrunc(Mask.DateTrunc.Unit.QUARTER));
    }

    @Test
    void aReplyOfMoreThanAMebibyteIsRefused() {
        String padded = GOOD + " ".repeat(ReplyFields.BYTES_MAX - GOOD.length());
        assertThat(read(Operation.QUERY, padded)).isInstanceOf(Allow.class);
        assertInvalid(Operation.QUERY, padded + " ");
    }

    @Test
    void aReplyThatIsNotUtf8IsRefused() {
        byte[] reply = GOOD.getBytes(StandardCharsets.UTF_8);
        reply[GOOD.indexOf("rows.granted")] = (byte) 0xff;
        assertThatThrownBy(() -> reader(Operation.QUERY, VIEW).read(reply)).isInstanceOf(BelvedereException.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"QUERY", "EXPLAIN"})
    void anAllowWithoutRowsOfEveryViewIsRefused(Operation operation) {
        assertInvalid(operation, reply("{\"a.b@1.0.0\":{\"access\":\"none\"}}"));
        assertInvalid(operation, reply("{\"a.b@1.0.0\":{\"access\":\"contract\",\"columns\":" + COLUMNS + "}}"));
    }

    @Test
    void aDenySaysWhetherTheViewsMayBeKnown() {
        String none = deny("{\"a.b@1.0.0\":{\"access\":\"none\"}}");
        String contract = deny("{\"a.b@1.0.0\":{\"access\":\"contract\",\"columns\":" + COLUMNS + "}}");
        assertThat(((Deny) read(Operation.QUERY, none)).existence()).isEqualTo(Deny.Existence.HIDDEN);
        assertThat(((Deny) read(Operation.EXPLAIN, contract)).existence()).isEqualTo(Deny.Existence.KNOWN);
    }

    @Test
    void aDenyIsReadAsStrictlyAsAnAllow() {
        assertInvalid(Operation.QUERY, deny("{}"));
        assertInvalid(Operation.QUERY, deny("{\"a.b@1.0.0\":{\"access\":\"none\",\"columns\":{}}}"));
        assertInvalid(Operation.QUERY, deny("{\"a.b@1.0.0\":{\"access\":\"contract\",\"columns\":{}}}"));
    }

    @Test
    void describingIsAnsweredViewByViewAndNeverDenied() {
        Allow allow = (Allow) read(Operation.DESCRIBE, reply("{\"a.b@1.0.0\":{\"access\":\"none\"}}"));
        assertThat(allow.views()).containsEntry(VIEW.id(), new ViewAccess.None());
        assertInvalid(Operation.DESCRIBE, deny("{\"a.b@1.0.0\":{\"access\":\"none\"}}"));
    }

    @Test
    void watchingNamesNoView() {
        ReplyReader reader = reader(Operation.MONITOR);
        assertThat(reader.read(reply("{}").getBytes(StandardCharsets.UTF_8))).isInstanceOf(Allow.class);
        Deny deny = (Deny) reader(Operation.CANCEL).read(deny("{}").getBytes(StandardCharsets.UTF_8));
        assertThat(deny.existence()).isEqualTo(Deny.Existence.HIDDEN);
        assertThatThrownBy(() -> reader.read(GOOD.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(BelvedereException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{}",
                "null",
                "[null]",
                "[{}]",
                "[{\"result\":null}]",
                "[{\"result\":{}}]",
                "[{\"result\":true}]",
                "[{\"result\":\"true\"}]",
                "[{\"result\":GOOD},{\"result\":GOOD}]",
                "[{\"result\":GOOD,\"result\":GOOD}]",
                "[{\"result\":GOOD,\"expressions\":[]}]",
                "GOOD"
            })
    void aResultSetThatIsNotExactlyOneReplyIsRefused(String resultSet) {
        byte[] bytes = resultSet.replace("GOOD", GOOD).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> reader(Operation.QUERY, VIEW).readResultSet(bytes))
                .isInstanceOfSatisfying(
                        BelvedereException.class, e -> assertThat(e.code()).isEqualTo(PolicyError.POLICY_INVALID));
        byte[] one = ("[{\"result\":" + GOOD + "}]").getBytes(StandardCharsets.UTF_8);
        assertThat(reader(Operation.QUERY, VIEW).readResultSet(one)).isInstanceOf(Allow.class);
    }

    @Test
    void aRefusalRepeatsNothingOfTheReply() {
        String reply = filtered(eq("t", "{\"secret\":\"canary\"}"));
        assertThatThrownBy(() -> read(Operation.QUERY, reply))
                .hasMessageNotContaining("canary")
                .hasStackTraceContaining("on t")
                .satisfies(e -> assertThat(e.getCause()).hasMessageNotContaining("canary"));
    }

    @Test
    void theFingerprintChangesWithWhatIsGrantedAndWithNothingElse() {
        String fingerprint = fingerprint(GOOD);
        assertThat(fingerprint(GOOD.replace("rows.granted", "other.reason"))).isEqualTo(fingerprint);
        assertThat(fingerprint(
                        GOOD.replace("\"maxRows\":10,\"minGroupSize\":2", "\"minGroupSize\":2 , \"maxRows\":10")))
                .isEqualTo(fingerprint);
        assertThat(fingerprint(GOOD.replace("\"maxRows\":10", "\"maxRows\":11")))
                .isNotEqualTo(fingerprint);
        assertThat(fingerprint(GOOD.replace("shape", "full"))).isNotEqualTo(fingerprint);
        assertThat(fingerprint(withColumn("\"t\":{\"mask\":\"hidden\"}"))).isNotEqualTo(fingerprint);
        assertThat(fingerprint(filtered(eq("n", "9007199254740993"))))
                .isNotEqualTo(fingerprint(filtered(eq("n", "9007199254740992"))));
        assertThat(fingerprint(filtered(eq("m", "1.50")))).isEqualTo(fingerprint(filtered(eq("m", "1.5"))));
        Allow other = (Allow) new ReplyReader(
                        Fixtures.request(Fixtures.ANA, Operation.QUERY, VIEW),
                        SHA,
                        new PolicyRevision("r1", "ef".repeat(32)))
                .read(GOOD.getBytes(StandardCharsets.UTF_8));
        assertThat(other.fingerprint()).isNotEqualTo(fingerprint);
    }

    @Test
    void aDecisionMayHaveAnEndThatLiesAhead() {
        assertThat(((Allow) read(Operation.QUERY, GOOD)).until()).isEmpty();
        String ending = GOOD.replace("\"detail\"", "\"until\":\"2026-11-22T12:00:01Z\",\"detail\"");
        assertThat(((Allow) read(Operation.QUERY, ending)).until()).contains(Instant.parse("2026-11-22T12:00:01Z"));
        assertThat(fingerprint(ending)).isEqualTo(fingerprint(GOOD));
        for (String end : List.of(
                "2026-11-22T12:00:00Z",
                "2026-11-22T12:00:01.5Z",
                "2026-11-22T12:00:01+00:00",
                "2026-11-31T12:00:01Z",
                "never",
                "")) {
            assertThatThrownBy(() -> read(Operation.QUERY, ending.replace("2026-11-22T12:00:01Z", end)))
                    .as(end)
                    .isInstanceOfSatisfying(
                            BelvedereException.class, e -> assertThat(e.code()).isEqualTo(PolicyError.POLICY_INVALID));
        }
        assertThatThrownBy(() -> read(Operation.QUERY, ending.replace("\"2026-11-22T12:00:01Z\"", "null")))
                .isInstanceOf(BelvedereException.class);
    }

    private static Arguments broken(String what, String reply) {
        return Arguments.of(what, reply);
    }

    private static Arguments changed(String what, String from, String to) {
        return Arguments.of(what, GOOD.replace(from, to));
    }

    private static String fingerprint(String reply) {
        return ((Allow) read(Operation.QUERY, reply)).fingerprint();
    }

    private static Mask mask(String column) {
        ViewAccess.Rows rows = ((Allow) read(Operation.QUERY, withColumn(column))).requireRows(VIEW.id());
        return rows.columns().get(new ColumnName(column.substring(1, column.indexOf(':') - 1)));
    }
}
