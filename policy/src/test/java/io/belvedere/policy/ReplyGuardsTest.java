package io.belvedere.policy;

import static io.belvedere.policy.Replies.COLUMNS;
import static io.belvedere.policy.Replies.GOOD;
import static io.belvedere.policy.Replies.VIEW;
import static io.belvedere.policy.Replies.assertInvalid;
import static io.belvedere.policy.Replies.compound;
import static io.belvedere.policy.Replies.deny;
import static io.belvedere.policy.Replies.eq;
import static io.belvedere.policy.Replies.filtered;
import static io.belvedere.policy.Replies.in;
import static io.belvedere.policy.Replies.read;
import static io.belvedere.policy.Replies.reader;
import static io.belvedere.policy.Replies.reply;
import static io.belvedere.policy.Replies.rows;
import static io.belvedere.policy.Replies.withColumn;
import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.model.ColumnName;
import io.belvedere.model.access.Operation;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.view.ViewDefinition;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a reply must not get through with, one thing a test: what {@link ReplyMutant} breaks, these notice. */
class ReplyGuardsTest {
    private static final String NONE = "{\"a.b@1.0.0\":{\"access\":\"none\"}}";
    private static final String CONTRACT = "{\"a.b@1.0.0\":{\"access\":\"contract\",\"columns\":" + COLUMNS + "}}";
    private static final Condition.Comparison N_IS_ONE =
            new Condition.Comparison(new ColumnName("n"), Condition.Operator.EQ, new Literal.Numeric(BigDecimal.ONE));
    private static final String T_IS_NULL =
            "{\"type\":\"field\",\"operator\":\"exists\",\"field\":\"t\",\"value\":false}";

    @Test
    void theAnswerOfAnotherRevisionIsRefused() {
        refused(GOOD.replace("\"r1\"", "\"r2\""));
    }

    @Test
    void aRevisionIsComparedToTheLetter() {
        refused(GOOD.replace("\"r1\"", "\"R1\""));
    }

    @Test
    void aDenyOfAnotherRevisionIsRefused() {
        refused(deny(NONE).replace("\"r1\"", "\"r0\""));
    }

    @Test
    void aFieldThatNobodyKnowsIsRefused() {
        refused(GOOD.replace("{\"effect\"", "{\"extra\":1,\"effect\""));
    }

    @Test
    void aViewThatNobodyAskedAboutIsRefused() {
        refused(GOOD.replace("\"views\":{", "\"views\":{\"a.c@1.0.0\":{\"access\":\"none\"},"));
    }

    @Test
    void aColumnThatTheViewDoesNotHaveIsRefused() {
        refused(GOOD.replace("\"columns\":{", "\"columns\":{\"q\":{\"mask\":\"none\"},"));
    }

    @Test
    void aParameterTooManyIsRefused() {
        refused(withColumn("\"t\":{\"mask\":\"redact\",\"characters\":2}"));
    }

    @Test
    void aColumnThatIsLeftOutIsRefused() {
        refused(GOOD.replace("\"n\":{\"mask\":\"none\"},", ""));
    }

    @Test
    void columnsThatAreAllLeftOutAreRefused() {
        refused(GOOD.replace(COLUMNS, "{}"));
    }

    @Test
    void aColumnThatIsLeftOutOfAContractIsRefused() {
        assertInvalid(Operation.DESCRIBE, reply(CONTRACT.replace("\"n\":{\"mask\":\"none\"},", "")));
    }

    @Test
    void rowsThatAreLeftOutAreRefused() {
        refused(GOOD.replace("\"rows\":\"all\",", ""));
    }

    @Test
    void rowsThatAreNullAreRefused() {
        refused(reply(rows("null")));
    }

    @Test
    void rowsOfAnExportThatAreLeftOutAreRefused() {
        assertInvalid(Operation.EXPORT, GOOD.replace("\"rows\":\"all\",", ""));
    }

    @Test
    void rowsThatAreNoneAreNotAll() {
        refused(reply(rows("\"none\"")));
    }

    @Test
    void allIsWrittenInOneWay() {
        refused(reply(rows("\"ALL\"")));
    }

    @Test
    void anEmptyWordForRowsIsRefused() {
        refused(reply(rows("\"\"")));
    }

    @Test
    void aFilterIsTakenAsItStands() {
        assertThat(filter(eq("n", "1"))).isEqualTo(N_IS_ONE);
    }

    @Test
    void aFilterOfSeveralValuesIsTakenAsItStands() {
        assertThat(filter(in(2)))
                .isEqualTo(new Condition.In(
                        new ColumnName("n"),
                        List.of(new Literal.Numeric(BigDecimal.ZERO), new Literal.Numeric(BigDecimal.ONE))));
    }

    @Test
    void aFilterOfTwoConditionsIsBothOfThem() {
        assertThat(filter(compound("and", eq("n", "1"), T_IS_NULL)))
                .isEqualTo(new Condition.And(List.of(N_IS_ONE, isNull())));
    }

    @Test
    void aFilterForNullIsNoneForAValue() {
        assertThat(filter(T_IS_NULL)).isEqualTo(isNull());
    }

    @Test
    void aFilterForNullAmongOthersIsNoneForAValue() {
        assertThat(filter(compound("or", T_IS_NULL, eq("n", "1"))))
                .isEqualTo(new Condition.Or(List.of(isNull(), N_IS_ONE)));
    }

    @Test
    void aFilterForNullThatIsNegatedIsForAValue() {
        assertThat(filter(compound("not", T_IS_NULL))).isEqualTo(new Condition.Not(isNull()));
    }

    @Test
    void aFilterOnNoColumnIsRefused() {
        refused(filtered(T_IS_NULL.replace("\"t\"", "\"q\"")));
    }

    @Test
    void aFilterOnAColumnInAnotherCaseIsRefused() {
        refused(filtered(T_IS_NULL.replace("\"t\"", "\"T\"")));
    }

    @Test
    void aFilterOnAColumnOfNoNameIsRefused() {
        refused(filtered(T_IS_NULL.replace("\"t\"", "\"\"")));
    }

    @Test
    void aDenyIsADeny() {
        assertThat(read(Operation.QUERY, deny(NONE))).isInstanceOf(Deny.class);
    }

    @Test
    void aDenyOfAnExportIsADeny() {
        assertThat(read(Operation.EXPORT, deny(CONTRACT))).isInstanceOf(Deny.class);
    }

    @Test
    void anUnknownEffectIsRefused() {
        refused(GOOD.replace("\"allow\"", "\"permit\""));
    }

    @Test
    void anAllowOfAHiddenViewIsRefused() {
        refused(reply(NONE));
    }

    @Test
    void anAllowToExportAContractIsRefused() {
        assertInvalid(Operation.EXPORT, reply(CONTRACT));
    }

    @Test
    void aPreviewOfAHiddenViewIsRefused() {
        assertInvalid(Operation.PREVIEW, reply(NONE));
    }

    @Test
    void aDenyThatWithholdsNothingIsRefused() {
        refused(deny(rows("\"all\"")));
    }

    @Test
    void aDenyOfAnExplanationThatWithholdsNothingIsRefused() {
        assertInvalid(Operation.EXPLAIN, deny(rows("\"all\"")));
    }

    @Test
    void describingIsNeverDenied() {
        assertInvalid(Operation.DESCRIBE, deny(NONE));
    }

    @Test
    void aDecisionEndsWhenItsReplySays() {
        assertThat(allow(ending("2026-11-22T12:00:01Z")).until()).contains(Instant.parse("2026-11-22T12:00:01Z"));
    }

    @Test
    void anEndThatHasPassedIsRefused() {
        refused(ending("2026-11-22T11:59:59Z"));
    }

    @Test
    void anEndThatIsNowIsRefused() {
        refused(ending("2026-11-22T12:00:00Z"));
    }

    @Test
    void anEndOfAnotherYearIsRefused() {
        refused(ending("1970-01-01T00:00:00Z"));
    }

    @Test
    void anEndThatIsNoTimeIsRefused() {
        refused(ending("tomorrow"));
    }

    @Test
    void aHiddenViewIsNotKnown() {
        assertThat(existence(Operation.QUERY)).isEqualTo(Deny.Existence.HIDDEN);
    }

    @Test
    void aHiddenViewIsNotKnownToWhoeverAsksForAPlan() {
        assertThat(existence(Operation.EXPLAIN)).isEqualTo(Deny.Existence.HIDDEN);
    }

    @Test
    void aHiddenViewBesideAKnownOneIsNotKnown() {
        ViewDefinition other = Fixtures.view("a.c@1.0.0", "t varchar");
        String both = deny("{\"a.b@1.0.0\":{\"access\":\"none\"},\"a.c@1.0.0\":{\"access\":\"contract\",\"columns\":"
                + "{\"t\":{\"mask\":\"none\"}}}}");

        Deny refusal = (Deny) reader(Operation.QUERY, VIEW, other).read(both.getBytes(StandardCharsets.UTF_8));

        assertThat(refusal.existence()).isEqualTo(Deny.Existence.HIDDEN);
    }

    @Test
    void shapeIsNotFullDetail() {
        assertThat(allow(GOOD).detail()).isEqualTo(Allow.Detail.SHAPE);
    }

    @Test
    void anUnknownDetailIsRefused() {
        refused(GOOD.replace("\"shape\"", "\"everything\""));
    }

    @Test
    void aDetailThatIsNoWordIsRefused() {
        refused(GOOD.replace("\"shape\"", "1"));
    }

    @Test
    void theSmallestGroupIsAsTheReplySays() {
        assertThat(granted(GOOD).groupSizeMin()).isEqualTo(2);
    }

    @Test
    void aGroupOfLessThanNothingIsRefused() {
        refused(GOOD.replace("\"minGroupSize\":2", "\"minGroupSize\":-1"));
    }

    @Test
    void aGroupSizeThatIsNoNumberIsRefused() {
        refused(GOOD.replace("\"minGroupSize\":2", "\"minGroupSize\":\"2\""));
    }

    @Test
    void thereAreNoMoreRowsThanTheReplySays() {
        assertThat(granted(GOOD).rowsMax()).isEqualTo(10);
    }

    @Test
    void aLimitOfNoRowsIsRefused() {
        refused(GOOD.replace("\"maxRows\":10", "\"maxRows\":0"));
    }

    @Test
    void aLimitThatIsNoNumberIsRefused() {
        refused(GOOD.replace("\"maxRows\":10", "\"maxRows\":null"));
    }

    @Test
    void aMaskIsTakenAsItStands() {
        assertThat(granted(withColumn("\"t\":{\"mask\":\"redact\"}")).columns())
                .containsEntry(new ColumnName("t"), new Mask.Redact());
    }

    @Test
    void aHiddenColumnIsHidden() {
        assertThat(granted(withColumn("\"m\":{\"mask\":\"hidden\"}")).columns())
                .containsEntry(new ColumnName("m"), new Mask.Hidden());
    }

    @Test
    void anUnknownMaskIsRefused() {
        refused(withColumn("\"t\":{\"mask\":\"blur\"}"));
    }

    @Test
    void aMaskOfAContractIsTakenAsItStands() {
        String masked = CONTRACT.replace("\"t\":{\"mask\":\"none\"}", "\"t\":{\"mask\":\"hidden\"}");

        assertThat(allow(Operation.DESCRIBE, reply(masked)).views().get(VIEW.id()))
                .isInstanceOfSatisfying(
                        ViewAccess.Contract.class,
                        contract ->
                                assertThat(contract.columns()).containsEntry(new ColumnName("t"), new Mask.Hidden()));
    }

    @Test
    void anAddressOfANumberIsRefused() {
        refused(withColumn("\"n\":{\"mask\":\"email\"}"));
    }

    @Test
    void theFirstCharactersOfADateAreRefused() {
        refused(withColumn("\"d\":{\"mask\":\"keep_first\",\"characters\":4}"));
    }

    @Test
    void aBucketOfTextIsRefused() {
        refused(withColumn("\"t\":{\"mask\":\"bucket\",\"width\":10}"));
    }

    @Test
    void anotherMaskIsAnotherGrant() {
        assertThat(fingerprint(withColumn("\"t\":{\"mask\":\"redact\"}"))).isNotEqualTo(fingerprint(GOOD));
    }

    @Test
    void anotherFilterIsAnotherGrant() {
        assertThat(fingerprint(filtered(eq("n", "1")))).isNotEqualTo(fingerprint(filtered(eq("n", "2"))));
    }

    @Test
    void moreDetailIsAnotherGrant() {
        assertThat(fingerprint(GOOD.replace("shape", "full"))).isNotEqualTo(fingerprint(GOOD));
    }

    @Test
    void aReasonHasNoLineBreak() {
        refused(GOOD.replace("rows.granted", "rows\\ngranted"));
    }

    @Test
    void aReasonIsShort() {
        refused(GOOD.replace("rows.granted", "a".repeat(101)));
    }

    @Test
    void aReasonIsOfLowerCaseWords() {
        refused(GOOD.replace("rows.granted", "Rows granted"));
    }

    @Test
    void aReplyWithTooMuchBeforeItIsRefused() {
        refused(" ".repeat(ReplyFields.BYTES_MAX) + GOOD);
    }

    @Test
    void aReplyWithTooMuchAfterItIsRefused() {
        refused(GOOD + "\n".repeat(ReplyFields.BYTES_MAX));
    }

    @Test
    void aReplyWithTooMuchInItIsRefused() {
        refused(GOOD.replace(",", "," + " ".repeat(ReplyFields.BYTES_MAX / 8)));
    }

    private static void refused(String reply) {
        assertThat(reply).isNotEqualTo(GOOD);
        assertInvalid(Operation.QUERY, reply);
    }

    private static String ending(String time) {
        return GOOD.replace("\"detail\"", "\"until\":\"" + time + "\",\"detail\"");
    }

    private static Allow allow(String reply) {
        return allow(Operation.QUERY, reply);
    }

    private static Allow allow(Operation operation, String reply) {
        return (Allow) read(operation, reply);
    }

    private static ViewAccess.Rows granted(String reply) {
        return allow(reply).requireRows(VIEW.id());
    }

    private static Condition filter(String filter) {
        return ((ViewAccess.RowRule.Matching) granted(filtered(filter)).rule()).condition();
    }

    private static Condition isNull() {
        return new Condition.IsNull(new ColumnName("t"));
    }

    private static Deny.Existence existence(Operation operation) {
        return ((Deny) read(operation, deny(NONE))).existence();
    }

    private static String fingerprint(String reply) {
        return allow(reply).fingerprint();
    }
}
