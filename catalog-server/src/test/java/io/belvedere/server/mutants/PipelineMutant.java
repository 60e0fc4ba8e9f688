package io.belvedere.server.mutants;

import static io.belvedere.testkit.mutants.Damage.answering;
import static io.belvedere.testkit.mutants.Damage.changing;
import static io.belvedere.testkit.mutants.Damage.dropping;
import static io.belvedere.testkit.mutants.Damage.redirecting;

import io.belvedere.testkit.mutants.Damage;
import io.belvedere.testkit.mutants.Mutant;
import java.util.List;

/** Ways in which the pipeline could fail to govern, each made in its compiled classes, with the tests of {@code PipelineGuardsTest} that fail then. */
@SuppressWarnings("ImmutableEnumChecker") // its lists are those of List.of
enum PipelineMutant implements Mutant {
    OTHER_CALLERS_DECISION_REUSED(
            "one caller's decision serves all",
            List.of(redirecting(Names.DECISIONS, "current", "decide", Names.BROKEN)),
            "anotherCallerIsAnotherQuestion",
            "otherRolesOfTheSameCallerAreAnotherQuestion",
            "aRoleThatIsTakenAwayIsGoneAtTheNextQuestion",
            "aRevisionDecidesFromItsFirstMomentOn"),
    DENY_TREATED_AS_ALLOW(
            "a deny lets a query pass",
            List.of(redirecting(Names.PIPELINE, "stream", "require", Names.BROKEN)),
            "whoeverMayNotReadGetsNothingAndNoSourceIsAsked",
            "aRefusalIsOnRecord",
            "nothingExistsForAStranger",
            "aRoleThatIsTakenAwayIsGoneAtTheNextQuestion"),
    HIDDEN_SAID_TO_BE_FORBIDDEN(
            "a hidden view is refused rather than absent",
            List.of(answering(Names.DECISIONS, "require", "hides", false)),
            "aHiddenViewIsAsAbsentAsAnAbsentOne",
            "nothingExistsForAStranger",
            "aStrangerIsToldOfNoPlanEither"),
    CONFIRM_SKIPPED(
            "an old decision is not asked about again",
            List.of(dropping(Names.PIPELINE, "run", "confirm")),
            "aGrantThatEndsWhilePlanningEndsTheQueryBeforeASourceIsAsked",
            "aGrantThatEndsWhileRowsFlowEndsTheResult",
            "aDecisionThatBecameAnotherEndsAPlansRunToo"),
    ANY_ALLOW_CONFIRMS(
            "another allow than before confirms a query",
            List.of(answering(Names.DECISIONS, "confirm", "equals", true)),
            "aDecisionThatBecameAnotherIsNotGoneOnWith",
            "aDecisionThatBecameAnotherEndsTheRowsThatFlow",
            "aDecisionThatBecameAnotherEndsAPlansRunToo"),
    GRANTS_DO_NOT_EXPIRE_UNDER_WAY(
            "a grant's end is not looked at while a query runs",
            List.of(answering(Names.DECISIONS, "confirm", "ended", false)),
            "aGrantThatEndsWhilePlanningEndsTheQueryBeforeASourceIsAsked",
            "aDecisionThatBecameAnotherIsNotGoneOnWith",
            "aGrantThatEndsWhileRowsFlowEndsTheResult"),
    DECISION_CACHED_TOO_LONG(
            "an answer is kept for two hours",
            List.of(Names.KEPT_LONG),
            "anAnswerIsKeptForTwoSecondsAtMost",
            "aContractIsNotToldFromAnAnswerOfLongAgo",
            "whatIsLentBeginsOnTime"),
    DECISION_CACHED_BY_CALLER_ALONE(
            "an answer is kept for a caller, whatever the roles, the purpose and the rest of the question",
            List.of(answering(Names.RECENT + "$Question", "equals", "equals", true), Names.KEPT_LONG),
            "otherRolesOfTheSameCallerAreAnotherQuestion",
            "aRoleThatIsTakenAwayIsGoneAtTheNextQuestion",
            "anotherPurposeIsAnotherQuestion",
            "glassIsBrokenForOneRequestOnly"),
    DECISION_CACHED_OVER_A_REVISION(
            "an answer is kept over a change of policy",
            List.of(redirecting(Names.RECENT, "decide", "revision", Names.BROKEN), Names.KEPT_LONG),
            "aRevisionDecidesFromItsFirstMomentOn",
            "aRevisionThatGivesMoreGivesItAtOnce",
            "aRevisionThatGivesNoMoreThanBeforeIsAskedAllTheSame"),
    PURPOSE_IGNORED(
            "policy is not told the purpose",
            List.of(redirecting(Names.ACCESS, "question", "purpose", Names.BROKEN)),
            "anotherPurposeIsAnotherQuestion",
            "aRoleForAPurposeReadsForItAndForNoOther",
            "whatPolicyLimitsIsExplainedForThePurposeAtHand"),
    DECISION_NOT_RECORDED(
            "a source is asked without a record of the decision",
            List.of(
                    dropping(Names.PIPELINE, "stream", "decision"),
                    redirecting(Names.PIPELINE, "stream", "auditId", Names.BROKEN)),
            "aSourceIsAskedAfterTheDecisionIsOnTheDiskAndTheEndComesAfterTheOutcome",
            "withoutARecordOfTheDecisionThereIsNoRow",
            "aDecisionIsOnTheDiskWhileItsRowsFlow"),
    OUTCOME_NOT_RECORDED(
            "a request ends without a record of its outcome",
            List.of(dropping(Names.RECORDING, "recorded", "recordOutcome")),
            "aSourceIsAskedAfterTheDecisionIsOnTheDiskAndTheEndComesAfterTheOutcome",
            "aReadLeavesOneDecisionAndOneOutcomeWithItsRows",
            "aRefusalIsOnRecord"),
    LOST_OUTCOME_SWALLOWED(
            "a request whose outcome could not be recorded is answered",
            List.of(dropping(Names.RECORDING, "recordOutcome", "failed")),
            "withoutARecordOfTheOutcomeNothingIsComplete",
            "withoutARecordOfTheOutcomeNoContractIsTold",
            "withoutARecordOfTheOutcomeNoPlanIsTold"),
    BREAK_GLASS_SILENT(
            "broken glass is neither counted nor logged",
            List.of(redirecting(Names.DECISIONS, "decide", "loud", Names.BROKEN)),
            "brokenGlassIsCountedAndOnRecordWithItsReason",
            "glassThatDoesNotBreakIsCountedAndOnRecordToo",
            "aPlanBehindBrokenGlassIsCountedAndOnRecordToo"),
    BREAK_GLASS_WITHOUT_A_REASON(
            "the reason for broken glass is not recorded",
            List.of(redirecting(Names.ACCESS, "decisionRecord", "breakGlass", Names.BROKEN)),
            "brokenGlassIsCountedAndOnRecordWithItsReason",
            "glassThatDoesNotBreakIsCountedAndOnRecordToo",
            "aPlanBehindBrokenGlassIsCountedAndOnRecordToo"),
    ROW_LIMIT_IGNORED(
            "more rows are given than policy says",
            List.of(dropping(Names.PIPELINE, "stream", "counts"), dropping(Names.PIPELINE, "explained", "counts")),
            "noMoreRowsThanPolicySays",
            "noMoreRowsThanPolicySaysInSeveralBatches",
            "rowsThatOnlyCountAreNoMoreThanPolicySaysEither"),
    HIDDEN_COLUMNS_LISTED(
            "a contract lists hidden columns",
            List.of(redirecting(Names.CONTRACT, "lambda$columns", "getOrDefault", Names.BROKEN)),
            "aHiddenColumnIsInNoContractOfTheList",
            "aHiddenColumnIsNotInTheContractByName",
            "aColumnOfAClassThatPolicyDoesNotNameIsInNoContract"),
    QUERIES_OF_OTHERS_SHOWN(
            "a caller's queries are everybody's",
            List.of(answering(Names.STATUS, "visibleTo", "belongsTo", true)),
            "queriesOfOthersAreNotListed",
            "aQueryOfOthersIsAsAbsentAsOneThatNeverRan",
            "aQueryOfOthersCannotBeStopped"),
    EXPLAIN_OF_HIDDEN_PARTS(
            "a plan is shown whole to whoever asks",
            List.of(redirecting(Names.PIPELINE, "explained", "of", Names.BROKEN)),
            "aPlanShowsItsShapeOnly",
            "aPlanThatRanShowsItsShapeOnly",
            "aPlanInLinesShowsItsShapeOnly"),
    ERRORS_WITH_VALUES(
            "an error says what went wrong inside",
            List.of(redirecting(Names.ACCESS, "typed", "error", Names.BROKEN)),
            "aFaultWhilePlanningSaysNothingOfItself",
            "aFaultWhileResolvingSaysNothingOfItself",
            "aFaultBehindAnExplanationSaysNothingOfItself");

    private final String says;
    private final List<Damage> damages;
    private final List<String> tests;

    PipelineMutant(String says, List<Damage> damages, String... tests) {
        this.says = says;
        this.damages = damages;
        this.tests = List.of(tests);
    }

    @Override
    public String says() {
        return says;
    }

    @Override
    public List<Damage> damages() {
        return damages;
    }

    @Override
    public List<String> tests() {
        return tests;
    }

    private static final class Names {
        private static final String PACKAGE = "io.belvedere.server.pipeline.";
        static final String PIPELINE = PACKAGE + "QueryPipeline";
        static final String DECISIONS = PACKAGE + "Decisions";
        static final String RECENT = PACKAGE + "RecentDecisions";
        static final String RECORDING = PACKAGE + "Recording";
        static final String ACCESS = PACKAGE + "Access";
        static final String CONTRACT = PACKAGE + "Contract";
        static final String STATUS = PACKAGE + "QueryStatus";
        static final String BROKEN = PACKAGE + "BrokenGuards";
        /** However slow the machine is, nothing that is kept is too old meanwhile. */
        static final Damage KEPT_LONG = changing(RECENT, "<clinit>", 2, 7_200);
    }
}
