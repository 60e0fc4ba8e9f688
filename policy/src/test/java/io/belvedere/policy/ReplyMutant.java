package io.belvedere.policy;

import static io.belvedere.testkit.mutants.Damage.answering;
import static io.belvedere.testkit.mutants.Damage.changing;
import static io.belvedere.testkit.mutants.Damage.dropping;
import static io.belvedere.testkit.mutants.Damage.redirecting;

import io.belvedere.testkit.mutants.Damage;
import io.belvedere.testkit.mutants.Mutant;
import java.util.List;

/** Ways in which a reply of policy could be read too kindly, each made in the compiled reader, with the tests of {@code ReplyGuardsTest} that fail then. */
@SuppressWarnings("ImmutableEnumChecker") // its lists are those of List.of
enum ReplyMutant implements Mutant {
    ANOTHER_REVISION_ACCEPTED(
            "the answer of another revision counts",
            List.of(answering(Names.READER, "decision", "equals", true)),
            "theAnswerOfAnotherRevisionIsRefused",
            "aRevisionIsComparedToTheLetter",
            "aDenyOfAnotherRevisionIsRefused"),
    WHAT_IS_UNKNOWN_IGNORED(
            "what the reader does not know is passed over",
            List.of(Names.TOO_MANY),
            "aFieldThatNobodyKnowsIsRefused",
            "aViewThatNobodyAskedAboutIsRefused",
            "aColumnThatTheViewDoesNotHaveIsRefused",
            "aParameterTooManyIsRefused"),
    MISSING_COLUMN_AS_NONE(
            "a column that is left out is shown as it is",
            List.of(Names.TOO_FEW, Names.TOO_MANY, redirecting(Names.READER, "columns", "fields", Names.BROKEN)),
            "aColumnThatIsLeftOutIsRefused",
            "columnsThatAreAllLeftOutAreRefused",
            "aColumnThatIsLeftOutOfAContractIsRefused"),
    MISSING_ROWS_AS_ALL(
            "rows that are left out are all",
            List.of(Names.TOO_FEW, Names.TOO_MANY, redirecting(Names.READER, "rows", "value", Names.BROKEN)),
            "rowsThatAreLeftOutAreRefused",
            "rowsThatAreNullAreRefused",
            "rowsOfAnExportThatAreLeftOutAreRefused"),
    ANY_WORD_AS_ALL(
            "any word for rows means all",
            List.of(answering(Names.READER, "rows", "equals", true)),
            "rowsThatAreNoneAreNotAll",
            "allIsWrittenInOneWay",
            "anEmptyWordForRowsIsRefused"),
    FILTER_AS_ALL(
            "a filter lets every row pass",
            List.of(redirecting(Names.READER, "rows", "read", Names.BROKEN)),
            "aFilterIsTakenAsItStands",
            "aFilterOfSeveralValuesIsTakenAsItStands",
            "aFilterOfTwoConditionsIsBothOfThem"),
    NULL_FOR_NOT_NULL(
            "a filter for NULL is one for a value",
            List.of(answering(Names.CONDITION, "exists", "booleanValue", true)),
            "aFilterForNullIsNoneForAValue",
            "aFilterForNullAmongOthersIsNoneForAValue",
            "aFilterForNullThatIsNegatedIsForAValue"),
    FILTER_ON_ANOTHER_COLUMN(
            "a filter on a column that is not there is on another",
            List.of(answering(Names.CONDITION, "column", "equals", true)),
            "aFilterOnNoColumnIsRefused",
            "aFilterOnAColumnInAnotherCaseIsRefused",
            "aFilterOnAColumnOfNoNameIsRefused"),
    DENY_AS_ALLOW(
            "a deny is an allow",
            List.of(
                    redirecting(Names.READER, "decision", "text", Names.BROKEN + "$Effects"),
                    dropping(Names.READER, "decision", "requireAllowable")),
            "aDenyIsADeny",
            "aDenyOfAnExportIsADeny",
            "anUnknownEffectIsRefused"),
    ALLOW_WITHOUT_ROWS(
            "an allow may withhold a view",
            List.of(dropping(Names.READER, "decision", "requireAllowable")),
            "anAllowOfAHiddenViewIsRefused",
            "anAllowToExportAContractIsRefused",
            "aPreviewOfAHiddenViewIsRefused"),
    DENY_OF_NOTHING(
            "a deny may grant everything",
            List.of(dropping(Names.READER, "decision", "requireDeniable")),
            "aDenyThatWithholdsNothingIsRefused",
            "aDenyOfAnExplanationThatWithholdsNothingIsRefused",
            "describingIsNeverDenied"),
    END_IGNORED(
            "a decision has no end",
            List.of(answering(Names.READER, "until", "has", false)),
            "aDecisionEndsWhenItsReplySays",
            "anEndThatHasPassedIsRefused",
            "anEndThatIsNoTimeIsRefused"),
    END_IN_THE_PAST(
            "a decision may have ended before it begins",
            List.of(answering(Names.READER, "until", "isAfter", true)),
            "anEndThatHasPassedIsRefused",
            "anEndThatIsNowIsRefused",
            "anEndOfAnotherYearIsRefused"),
    HIDDEN_VIEW_SAID_TO_EXIST(
            "a refusal says of a hidden view that it exists",
            List.of(answering(Names.READER, "existence", "noneMatch", true)),
            "aHiddenViewIsNotKnown",
            "aHiddenViewIsNotKnownToWhoeverAsksForAPlan",
            "aHiddenViewBesideAKnownOneIsNotKnown"),
    FULL_DETAIL_FOR_ALL(
            "whoever may see a plan's shape sees all of it",
            List.of(redirecting(Names.READER, "detail", "text", Names.BROKEN + "$Details")),
            "shapeIsNotFullDetail",
            "anUnknownDetailIsRefused",
            "aDetailThatIsNoWordIsRefused"),
    SMALL_GROUPS_SHOWN(
            "groups may be of one row",
            List.of(redirecting(Names.READER, "access", "integer", Names.BROKEN + "$Groups")),
            "theSmallestGroupIsAsTheReplySays",
            "aGroupOfLessThanNothingIsRefused",
            "aGroupSizeThatIsNoNumberIsRefused"),
    ROWS_WITHOUT_LIMIT(
            "a result may have any number of rows",
            List.of(redirecting(Names.READER, "access", "integer", Names.BROKEN + "$Limits")),
            "thereAreNoMoreRowsThanTheReplySays",
            "aLimitOfNoRowsIsRefused",
            "aLimitThatIsNoNumberIsRefused"),
    MASKS_NOT_READ(
            "a mask is no mask",
            List.of(redirecting(Names.READER, "columns", "read", Names.BROKEN)),
            "aMaskIsTakenAsItStands",
            "aHiddenColumnIsHidden",
            "anUnknownMaskIsRefused",
            "aMaskOfAContractIsTakenAsItStands"),
    UNFIT_MASK_ACCEPTED(
            "a mask may be on a type that it cannot be computed on",
            List.of(answering(Names.MASKS, "read", "accepts", true)),
            "anAddressOfANumberIsRefused",
            "theFirstCharactersOfADateAreRefused",
            "aBucketOfTextIsRefused"),
    ONE_FINGERPRINT_FOR_ALL(
            "grants are not told apart",
            List.of(redirecting(Names.READER, "decision", "of", Names.BROKEN)),
            "anotherMaskIsAnotherGrant",
            "anotherFilterIsAnotherGrant",
            "moreDetailIsAnotherGrant"),
    REASON_OF_ANY_TEXT(
            "a reason may be any text",
            List.of(answering(Names.READER, "decision", "matches", true)),
            "aReasonHasNoLineBreak",
            "aReasonIsShort",
            "aReasonIsOfLowerCaseWords"),
    REPLY_OF_ANY_LENGTH(
            "a reply may be of any length",
            List.of(
                    changing(Names.FIELDS, "parse", ReplyFields.BYTES_MAX, Integer.MAX_VALUE),
                    changing(Names.FIELDS, "<clinit>", ReplyFields.BYTES_MAX, Integer.MAX_VALUE)),
            "aReplyWithTooMuchBeforeItIsRefused",
            "aReplyWithTooMuchAfterItIsRefused",
            "aReplyWithTooMuchInItIsRefused");

    private final String says;
    private final List<Damage> damages;
    private final List<String> tests;

    ReplyMutant(String says, List<Damage> damages, String... tests) {
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
        private static final String PACKAGE = "io.belvedere.policy.";
        static final String READER = PACKAGE + "ReplyReader";
        static final String FIELDS = PACKAGE + "ReplyFields";
        static final String CONDITION = PACKAGE + "ConditionReader";
        static final String MASKS = PACKAGE + "MaskReader";
        static final String BROKEN = PACKAGE + "BrokenReplies";
        /** Nothing is ever missing. */
        static final Damage TOO_FEW = answering(FIELDS, "only", "remove", true);
        /** Nothing is ever too much. */
        static final Damage TOO_MANY = answering(FIELDS, "only", "isEmpty", true);
    }
}
