package io.belvedere.server.doors;

import static io.belvedere.server.doors.GuardedWalk.caller;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.belvedere.audit.AuditError;
import io.belvedere.federation.FederationError;
import io.belvedere.federation.sql.Asked;
import io.belvedere.federation.sql.QueryText;
import io.belvedere.model.ViewReference;
import io.belvedere.model.access.Caller;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.error.ErrorCode;
import io.belvedere.policy.PolicyError;
import io.belvedere.server.ServerError;
import io.belvedere.server.doors.FakeRows.Behaviour;
import io.belvedere.server.doors.GuardedWalk.Got;
import io.belvedere.server.doors.RecordingAudit.Disk;
import io.belvedere.server.pipeline.Contract;
import io.belvedere.server.pipeline.Request;
import io.belvedere.server.pipeline.ResultEnd;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pipeline guards, whatever stands around it: each of these fails when a guard is taken away, which the mutants of docs/security-mutants.md do. */
class PipelineGuardsTest {
    private static final String ALL = "SELECT * FROM crm.customers";
    private static final Caller RITA = caller("rita", "reader");
    private static final Caller STELLA = caller("stella", "steward");
    private static final Caller OTTO = caller("otto", "auditor");
    private static final Caller NORA = caller("nora", "nurse");
    private static final Caller GRETA = caller("greta", "reader");
    private static final Duration TO_THE_END_OF_THE_GRANT = Duration.ofHours(1);
    private static final Optional<String> REASON = Optional.of("a patient fell ill");

    @TempDir
    private Path folder;

    private GuardedWalk walk;

    @BeforeEach
    void open() throws IOException {
        walk = new GuardedWalk(folder);
    }

    @AfterEach
    void close() {
        RecordingAudit.disk = Disk.WORKS;
        FakeRows.next = new Behaviour.Give(3);
        walk.close();
    }

    @Test
    void aSourceIsAskedAfterTheDecisionIsOnTheDiskAndTheEndComesAfterTheOutcome() {
        assertThat(walk.ask(RITA).isComplete()).isTrue();
        assertThat(walk.trail)
                .containsExactly("decide", "decision recorded", "plan", "source", "rows", "outcome recorded", "end");
    }

    @Test
    void aReadLeavesOneDecisionAndOneOutcomeWithItsRows() {
        Request request = walk.request(RITA);
        walk.ask(request, ALL);
        assertThat(RecordingAudit.of(request.id()).outcome().rows()).isEqualTo(3);
    }

    @Test
    void whoeverMayNotReadGetsNothingAndNoSourceIsAsked() {
        assertThat(walk.ask(RITA).rows()).isEqualTo(3);
        assertFails(ServerError.FORBIDDEN, () -> walk.ask(OTTO));
        assertThat(walk.trail).containsOnlyOnce("source");
    }

    @Test
    void aRefusalIsOnRecord() {
        Request request = walk.request(OTTO);
        walk.ask(STELLA);
        assertFails(ServerError.FORBIDDEN, () -> walk.ask(request, ALL));
        assertThat(RecordingAudit.of(request.id()).outcome().code()).contains("FORBIDDEN");
    }

    @Test
    void aHiddenViewIsAsAbsentAsAnAbsentOne() {
        String hidden = failure(() -> walk.ask(walk.request(RITA), "SELECT * FROM vault.customers"))
                .detail();
        String absent = failure(() -> walk.ask(walk.request(RITA), "SELECT * FROM vault.nothing"))
                .detail();
        assertThat(hidden).isEqualTo(absent.replace("nothing", "customers"));
    }

    @Test
    void nothingExistsForAStranger() {
        walk.ask(RITA);
        assertFails(FederationError.VIEW_NOT_FOUND, () -> walk.ask(caller("sam")));
    }

    @Test
    void aStrangerIsToldOfNoPlanEither() {
        walk.ask(RITA);
        assertFails(
                FederationError.VIEW_NOT_FOUND,
                () -> walk.pipeline().explain(walk.request(caller("sam")), plan(Asked.Run.NO)));
    }

    @Test
    void withoutPolicyThereIsNoRow() {
        walk.policyGoesDown();
        assertFails(PolicyError.POLICY_UNAVAILABLE, () -> walk.ask(RITA));
        assertThat(walk.trail).doesNotContain("source", "rows");
    }

    @Test
    void withoutARecordOfTheDecisionThereIsNoRow() {
        RecordingAudit.disk = Disk.GONE;
        assertFails(AuditError.AUDIT_UNAVAILABLE, () -> walk.ask(RITA));
        assertThat(walk.trail).doesNotContain("plan", "source", "rows");
    }

    @Test
    void aDecisionIsOnTheDiskWhileItsRowsFlow() {
        walk.ask(walk.request(RITA), ALL, () -> assertThat(walk.trail).contains("decision recorded"));
        assertThat(walk.trail).contains("rows").doesNotContain("refusal recorded");
    }

    @Test
    void withoutARecordOfTheOutcomeNothingIsComplete() {
        RecordingAudit.disk = Disk.GONE_FOR_OUTCOMES;
        Got got = walk.ask(RITA);
        assertThat(got.end().flatMap(ResultEnd::failure).map(BelvedereException::code))
                .contains(AuditError.AUDIT_UNAVAILABLE);
    }

    @Test
    void withoutARecordOfTheOutcomeNoContractIsTold() {
        RecordingAudit.disk = Disk.GONE_FOR_OUTCOMES;
        assertFails(AuditError.AUDIT_UNAVAILABLE, () -> walk.pipeline().describe(walk.request(RITA)));
    }

    @Test
    void withoutARecordOfTheOutcomeNoPlanIsTold() {
        RecordingAudit.disk = Disk.GONE_FOR_OUTCOMES;
        assertFails(
                AuditError.AUDIT_UNAVAILABLE, () -> walk.pipeline().explain(walk.request(RITA), plan(Asked.Run.NO)));
    }

    @Test
    void anotherCallerIsAnotherQuestion() {
        assertThat(walk.ask(STELLA).columns()).contains("code");
        assertThat(walk.ask(RITA).columns()).doesNotContain("code");
    }

    @Test
    void otherRolesOfTheSameCallerAreAnotherQuestion() {
        assertThat(walk.ask(caller("rosa", "steward")).columns()).contains("code");
        assertThat(walk.ask(caller("rosa", "reader")).columns()).doesNotContain("code");
    }

    @Test
    void aRoleThatIsTakenAwayIsGoneAtTheNextQuestion() {
        assertThat(walk.ask(caller("rosa", "reader")).rows()).isEqualTo(3);
        assertFails(ServerError.FORBIDDEN, () -> walk.ask(caller("rosa", "auditor")));
    }

    @Test
    void anotherPurposeIsAnotherQuestion() {
        Caller bill = caller("bill", "billing");
        assertThat(walk.ask(walk.request(bill, Optional.of("billing"), Optional.empty()), ALL)
                        .rows())
                .isEqualTo(3);
        assertFails(
                FederationError.VIEW_NOT_FOUND,
                () -> walk.ask(walk.request(bill, Optional.of("curiosity"), Optional.empty()), ALL));
    }

    @Test
    void aRoleForAPurposeReadsForItAndForNoOther() {
        Caller bill = caller("bill", "billing");
        assertFails(FederationError.VIEW_NOT_FOUND, () -> walk.ask(bill));
        assertThat(walk.ask(walk.request(bill, Optional.of("billing"), Optional.empty()), ALL)
                        .rows())
                .isEqualTo(3);
    }

    @Test
    void whatPolicyLimitsIsExplainedForThePurposeAtHand() {
        Request request = walk.request(caller("bill", "billing"), Optional.of("billing"), Optional.empty());
        assertThat(walk.pipeline().explainPolicy(request, text()).views()).hasSize(1);
        assertThat(RecordingAudit.of(request.id()).decision().purpose()).contains("billing");
    }

    @Test
    void aRevisionDecidesFromItsFirstMomentOn() {
        assertThat(walk.ask(RITA).rows()).isEqualTo(3);
        walk.publishWithoutReaders("2");
        assertFails(ServerError.FORBIDDEN, () -> walk.ask(RITA));
    }

    @Test
    void aRevisionThatGivesMoreGivesItAtOnce() {
        walk.publishWithoutReaders("2");
        assertThat(names(walk.pipeline().describe(walk.request(RITA)).getFirst()))
                .containsExactly("id");
        walk.publish("3");
        assertThat(names(walk.pipeline().describe(walk.request(RITA)).getFirst()))
                .containsExactly("id", "email");
    }

    @Test
    void aRevisionThatGivesNoMoreThanBeforeIsAskedAllTheSame() {
        walk.ask(RITA);
        long before = decisions();
        walk.publish("2");
        walk.ask(RITA);
        assertThat(decisions()).isGreaterThan(before);
    }

    @Test
    void anAnswerIsKeptForTwoSecondsAtMost() {
        walk.ask(RITA);
        long before = decisions();
        walk.moveClock(Duration.ofSeconds(3));
        walk.ask(RITA);
        assertThat(decisions()).isGreaterThan(before);
    }

    @Test
    void aContractIsNotToldFromAnAnswerOfLongAgo() {
        walk.pipeline().describe(walk.request(RITA));
        long before = decisions();
        walk.moveClock(Duration.ofSeconds(3));
        walk.pipeline().describe(walk.request(RITA));
        assertThat(decisions()).isGreaterThan(before);
    }

    @Test
    void whatIsLentBeginsOnTime() {
        Caller fred = caller("fred");
        assertFails(FederationError.VIEW_NOT_FOUND, () -> walk.ask(fred));
        walk.moveClock(Duration.ofSeconds(6));
        assertThat(walk.ask(fred).rows()).isEqualTo(3);
    }

    @Test
    void whatIsLentEndsOnTime() {
        assertThat(walk.ask(GRETA).columns()).contains("code");
        walk.moveClock(TO_THE_END_OF_THE_GRANT);
        assertThat(walk.ask(GRETA).columns()).doesNotContain("code");
    }

    @Test
    void aGrantThatEndsWhilePlanningEndsTheQueryBeforeASourceIsAsked() {
        walk.whilePlanning(() -> walk.moveClock(TO_THE_END_OF_THE_GRANT));
        assertFails(ServerError.DECISION_CHANGED, () -> walk.ask(caller("greta")));
        assertThat(walk.trail).doesNotContain("source");
    }

    @Test
    void aDecisionThatBecameAnotherIsNotGoneOnWith() {
        walk.whilePlanning(() -> walk.moveClock(TO_THE_END_OF_THE_GRANT));
        assertFails(ServerError.DECISION_CHANGED, () -> walk.ask(GRETA));
        assertThat(walk.trail).doesNotContain("source");
    }

    @Test
    void aDecisionThatBecameAnotherEndsTheRowsThatFlow() {
        assertEndsAfterTheFirstBatch(GRETA);
    }

    @Test
    void aGrantThatEndsWhileRowsFlowEndsTheResult() {
        assertEndsAfterTheFirstBatch(caller("greta"));
    }

    private void assertEndsAfterTheFirstBatch(Caller caller) {
        FakeRows.next = new Behaviour.Give(2 * FakeRows.BATCH_ROWS);
        Got got = walk.ask(walk.request(caller), ALL, () -> walk.moveClock(TO_THE_END_OF_THE_GRANT));
        assertThat(got.rows()).isEqualTo(FakeRows.BATCH_ROWS);
        assertThat(got.end().flatMap(ResultEnd::failure).map(BelvedereException::code))
                .contains(ServerError.DECISION_CHANGED);
    }

    @Test
    void aDecisionThatBecameAnotherEndsAPlansRunToo() {
        FakeRows.next = new Behaviour.Give(2 * FakeRows.BATCH_ROWS);
        walk.whilePlanning(() -> walk.moveClock(TO_THE_END_OF_THE_GRANT));
        assertFails(
                ServerError.DECISION_CHANGED, () -> walk.pipeline().explain(walk.request(GRETA), plan(Asked.Run.YES)));
    }

    @Test
    void brokenGlassIsCountedAndOnRecordWithItsReason() {
        Request request = walk.request(NORA, Optional.empty(), REASON);
        assertThat(walk.ask(request, ALL).rows()).isEqualTo(3);
        assertThat(walk.pipeline().glassBroken("allow")).isEqualTo(1);
        assertThat(RecordingAudit.of(request.id()).decision().breakGlass()).isEqualTo(REASON);
    }

    @Test
    void glassThatDoesNotBreakIsCountedAndOnRecordToo() {
        Request request = walk.request(RITA, Optional.empty(), REASON);
        assertFails(ServerError.FORBIDDEN, () -> walk.ask(request, ALL));
        assertThat(walk.pipeline().glassBroken("deny")).isEqualTo(1);
        assertThat(RecordingAudit.of(request.id()).decision().breakGlass()).isEqualTo(REASON);
    }

    @Test
    void aPlanBehindBrokenGlassIsCountedAndOnRecordToo() {
        Request request = walk.request(NORA, Optional.empty(), REASON);
        walk.pipeline().explainPolicy(request, text());
        assertThat(walk.pipeline().glassBroken("allow")).isEqualTo(1);
        assertThat(RecordingAudit.of(request.id()).decision().breakGlass()).isEqualTo(REASON);
    }

    @Test
    void glassIsBrokenForOneRequestOnly() {
        assertFails(ServerError.FORBIDDEN, () -> walk.ask(NORA));
        assertThat(walk.ask(walk.request(NORA, Optional.empty(), REASON), ALL).rows())
                .isEqualTo(3);
        assertFails(ServerError.FORBIDDEN, () -> walk.ask(NORA));
    }

    @Test
    void noMoreRowsThanPolicySays() {
        FakeRows.next = new Behaviour.Give(5);
        assertFails(FederationError.LIMIT_EXCEEDED, () -> walk.ask(RITA));
    }

    @Test
    void noMoreRowsThanPolicySaysInSeveralBatches() {
        FakeRows.next = new Behaviour.Give(3 * FakeRows.BATCH_ROWS);
        Got got = walk.ask(STELLA);
        assertThat(got.rows()).isEqualTo(2L * FakeRows.BATCH_ROWS);
        assertThat(got.isComplete()).isFalse();
    }

    @Test
    void rowsThatOnlyCountAreNoMoreThanPolicySaysEither() {
        FakeRows.next = new Behaviour.Give(5);
        assertFails(
                FederationError.LIMIT_EXCEEDED, () -> walk.pipeline().explain(walk.request(RITA), plan(Asked.Run.YES)));
    }

    @Test
    void aHiddenColumnIsInNoContractOfTheList() {
        assertThat(names(walk.pipeline().describe(walk.request(STELLA)).getFirst()))
                .contains("code");
        assertThat(names(walk.pipeline().describe(walk.request(RITA)).getFirst()))
                .containsExactly("id", "email");
    }

    @Test
    void aHiddenColumnIsNotInTheContractByName() {
        ViewReference name = ViewReference.parse("crm.customers");
        assertThat(names(walk.pipeline().describe(walk.request(RITA), name))).containsExactly("id", "email");
    }

    @Test
    void aColumnOfAClassThatPolicyDoesNotNameIsInNoContract() {
        assertThat(names(walk.pipeline().describe(walk.request(OTTO)).getFirst()))
                .containsExactly("id", "email");
    }

    @Test
    void queriesOfOthersAreNotListed() {
        walk.ask(STELLA);
        assertThat(walk.pipeline().queries(walk.request(RITA))).isEmpty();
    }

    @Test
    void aQueryOfOthersIsAsAbsentAsOneThatNeverRan() {
        Request others = walk.request(STELLA);
        walk.ask(others, ALL);
        assertFails(ServerError.NOT_FOUND, () -> walk.pipeline().findQuery(walk.request(RITA), others.id()));
    }

    @Test
    void aQueryOfOthersCannotBeStopped() {
        Request others = walk.request(STELLA);
        walk.ask(others, ALL);
        assertFails(ServerError.NOT_FOUND, () -> walk.pipeline().cancel(walk.request(RITA), others.id()));
    }

    @Test
    void aPlanShowsItsShapeOnly() {
        assertThat(walk.pipeline()
                        .explain(walk.request(RITA), plan(Asked.Run.NO))
                        .plan()
                        .full())
                .isEmpty();
        assertThat(walk.pipeline()
                        .explain(walk.request(STELLA), plan(Asked.Run.NO))
                        .plan()
                        .full())
                .isPresent();
    }

    @Test
    void aPlanThatRanShowsItsShapeOnly() {
        assertThat(walk.pipeline()
                        .explain(walk.request(RITA), plan(Asked.Run.YES))
                        .plan()
                        .full())
                .isEmpty();
    }

    @Test
    void aPlanInLinesShowsItsShapeOnly() {
        long shape = walk.lines(walk.request(RITA), plan(Asked.Run.NO)).rows();
        assertThat(shape).isEqualTo(1);
    }

    @Test
    void aFaultWhilePlanningSaysNothingOfItself() {
        walk.whilePlanning(PipelineGuardsTest::fault);
        assertSilent(() -> walk.ask(RITA));
    }

    @Test
    void aFaultWhileResolvingSaysNothingOfItself() {
        walk.whileResolving(PipelineGuardsTest::fault);
        assertSilent(() -> walk.ask(RITA));
    }

    @Test
    void aFaultBehindAnExplanationSaysNothingOfItself() {
        walk.whileResolving(PipelineGuardsTest::fault);
        assertSilent(() -> walk.pipeline().explainPolicy(walk.request(RITA), text()));
    }

    private static void fault() {
        throw new IllegalStateException("the value canary-4711 does not fit");
    }

    private static void assertSilent(ThrowingCallable asked) {
        BelvedereException failure = failure(asked);
        assertThat(failure.code()).isEqualTo(ServerError.INTERNAL_ERROR);
        assertThat(failure.detail()).doesNotContain("canary");
    }

    private long decisions() {
        return walk.trail.stream().filter("decide"::equals).count();
    }

    private static QueryText text() {
        return new QueryText(ALL, List.of());
    }

    private static Asked.Plan plan(Asked.Run run) {
        return new Asked.Plan(text(), run, Asked.Form.TEXT);
    }

    private static List<String> names(Contract contract) {
        return contract.columns().stream()
                .map(column -> column.column().name().value())
                .toList();
    }

    private static void assertFails(ErrorCode code, ThrowingCallable asked) {
        assertThat(failure(asked).code()).isEqualTo(code);
    }

    private static BelvedereException failure(ThrowingCallable asked) {
        Throwable thrown = catchThrowable(asked);
        assertThat(thrown).isInstanceOf(BelvedereException.class);
        return (BelvedereException) thrown;
    }
}
