package io.belvedere.federation.weave;

import static io.belvedere.testkit.mutants.Damage.answering;
import static io.belvedere.testkit.mutants.Damage.changing;
import static io.belvedere.testkit.mutants.Damage.dropping;
import static io.belvedere.testkit.mutants.Damage.redirecting;

import io.belvedere.testkit.mutants.Damage;
import io.belvedere.testkit.mutants.Mutant;
import java.util.ArrayList;
import java.util.List;

/**
 * Ways in which policy could fail to get into a query, each made in the weaver's compiled classes, with the tests of {@code WeaveGuardsTest} that fail
 * then. In each of them the look at the woven tree is left out too: it would refuse many of them by itself.
 */
@SuppressWarnings("ImmutableEnumChecker") // its lists are those of List.of
enum WeaveMutant implements Mutant {
    CONDITION_TRUE(
            "the condition of every view is TRUE",
            List.of(redirecting(Names.VIEW, "toRel", "toRex", Names.BROKEN)),
            "theRowsAreThoseOfPolicy",
            "theRowsOfASubQueryAreThoseOfPolicy",
            "theRowsOfEveryBranchAreThoseOfPolicy",
            "theRowsOfAViewBelowAreThoseOfPolicy"),
    BARRIER_LEFT_OUT(
            "masks stand over a body without a barrier",
            List.of(redirecting(Names.VIEW, "toRel", "create", Names.BROKEN)),
            "theRowsAreThoseOfPolicy",
            "theRowsOfASubQueryAreThoseOfPolicy",
            "theRowsOfEveryBranchAreThoseOfPolicy"),
    MASKS_LEFT_OUT(
            "no column is masked",
            List.of(redirecting(Names.VIEW, "visible", "apply", Names.BROKEN)),
            "aMaskedColumnIsMasked",
            "aMaskedColumnIsMaskedInACondition",
            "aMaskedColumnOfAViewBelowIsMasked"),
    ADDRESS_SHOWN(
            "a masked e-mail address shows all of it that stands before its domain",
            List.of(changing(Names.MASKS, "email", 1, 64)),
            "aMaskedColumnIsMasked",
            "aMaskedColumnIsMaskedInACondition",
            "aMaskedColumnOfAViewBelowIsMasked"),
    HIDDEN_COLUMNS_SHOWN(
            "a hidden column is a column like the others",
            List.of(
                    redirecting(Names.VIEW, "visible", "get", Names.BROKEN),
                    redirecting(Names.VIEW, "visibleNames", "get", Names.BROKEN)),
            "aHiddenColumnIsInNoStar",
            "aHiddenColumnHasNoName",
            "aHiddenColumnIsNoneToCount"),
    HIDDEN_COLUMN_MEANS_ANOTHER(
            "a name that means a hidden column below comes to mean a column around",
            List.of(answering(Names.WEAVING, "settled", "anyMatch", false)),
            "aViewThatFiltersByAHiddenColumnIsNone",
            "aViewThatComparesAHiddenColumnIsNone",
            "aViewThatCountsByAHiddenColumnIsNone"),
    UNNAMED_COLUMN_SHOWN(
            "a column that the decision does not name is shown as it is",
            List.of(
                    answering(Names.WEAVER, "require", "equals", true),
                    redirecting(Names.VIEW, "visible", "get", Names.BROKEN + "$Unnamed")),
            "aColumnThatTheDecisionLeavesOutIsRefused",
            "columnsThatTheDecisionAllLeavesOutAreRefused",
            "aColumnTooManyIsRefused"),
    CONTRACT_AS_ROWS(
            "whoever may read a contract reads the rows",
            List.of(
                    redirecting(Names.WEAVER, "woven", "get", Names.BROKEN + "$Contracts"),
                    redirecting(Names.WEAVING, "view", "requireRows", Names.BROKEN + "$Contracts"),
                    redirecting(Names.WEAVING, "settled", "requireRows", Names.BROKEN + "$Contracts"),
                    redirecting(Names.BOUNDS, "limits", "requireRows", Names.BROKEN + "$Contracts")),
            "rowsOfAContractAreNotThere",
            "rowsOfAContractInASubQueryAreNotThere",
            "rowsOfAContractBelowAViewAreNotThere"),
    AND_AS_OR(
            "one of a policy's conditions is enough",
            List.of(redirecting(Names.CONDITIONS, "toRex", "joined", Names.BROKEN)),
            "bothConditionsCount",
            "bothConditionsCountUnderNot",
            "bothConditionsCountBesideOthers"),
    NOT_LEFT_OUT(
            "NOT is left out of a policy's condition",
            List.of(redirecting(Names.CONDITIONS, "toRex", "makeCall", Names.BROKEN)),
            "whatIsExcludedIsExcluded",
            "whatIsExcludedAmongOthersIsExcluded",
            "bothConditionsCountUnderNot"),
    COMPARISON_WIDENED(
            "a policy's comparison lets what is more pass too",
            List.of(redirecting(Names.CONDITIONS, "toRex", "operatorOf", Names.BROKEN)),
            "theRowsAreThoseOfPolicy",
            "whatIsExcludedIsExcluded",
            "lessIsLess"),
    CONDITION_ON_ANOTHER_COLUMN(
            "a policy's condition is on another column",
            List.of(answering(Names.CONDITIONS, "column", "equals", true)),
            "theRowsAreThoseOfPolicy",
            "theRowsOfASubQueryAreThoseOfPolicy",
            "theRowsOfEveryBranchAreThoseOfPolicy"),
    STAMP_OF_ANY_DECISION(
            "a barrier does not say by which decision it stands",
            List.of(redirecting(Names.WEAVING, "view", "fingerprint", Names.BROKEN)),
            "aBarrierNamesItsDecision",
            "aBarrierInASubQueryNamesItsDecision",
            "aBarrierBelowAViewNamesItsDecision"),
    ROW_LIMIT_IGNORED(
            "a result may have more rows than policy says",
            List.of(redirecting(Names.BOUNDS, "limits", "rowsMax", Names.BROKEN)),
            "thereAreNoMoreRowsThanPolicySays",
            "aJoinHasNoMoreRowsThanPolicySays",
            "aViewOnViewsHasNoMoreRowsThanPolicySays"),
    GROUPS_UNGUARDED(
            "rows of a view in groups are rows like others",
            List.of(redirecting(Names.WEAVING, "weave", "guarded", Names.BROKEN)),
            "aViewInGroupsShowsNoRow",
            "aViewInGroupsIsNotJoined",
            "aGroupIsShownWhereItIsLargeEnough"),
    GROUPS_OF_ONE(
            "a group of one row is shown",
            List.of(redirecting(Names.GROUPS, "groups", "sizeMin", Names.BROKEN)),
            "aGroupIsShownWhereItIsLargeEnough",
            "aTotalIsOfGroupsThatAreLargeEnough",
            "aGroupInASubQueryIsShownWhereItIsLargeEnough"),
    VALUES_NOT_COUNTED(
            "a sum of one value in a large group is shown",
            List.of(redirecting(Names.GROUPS, "groups", "aggregatedColumns", Names.BROKEN)),
            "aCountOfFewValuesIsNotShown",
            "aCountOfFewValuesIsInNoTotal",
            "aCountOfFewValuesInASubQueryIsNotShown"),
    EXTREMES_OF_GROUPS(
            "any aggregate of a view in groups is shown",
            List.of(dropping(Names.GROUPS, "groups", "require")),
            "theLeastOfAGroupIsSomebodys",
            "theGreatestOfAGroupIsSomebodys",
            "aCountOfSomeRowsOfAGroupIsRefused"),
    ROWS_COMPARED_BEFORE_GROUPS(
            "rows of a view in groups are set against others before they are grouped",
            List.of(answering(Names.GROUPS, "protectedView", "isOfOneRow", true)),
            "rowsInGroupsAreNotFilteredByOthers",
            "rowsInGroupsAreNotFilteredByWhetherThereAreOthers",
            "rowsInGroupsAreNotFilteredByAValueOfOthers");

    private final String says;
    private final List<Damage> damages;
    private final List<String> tests;

    WeaveMutant(String says, List<Damage> damages, String... tests) {
        this.says = says;
        List<Damage> all = new ArrayList<>(damages);
        all.add(dropping(Names.WEAVING, "weave", "require"));
        this.damages = List.copyOf(all);
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
        private static final String PACKAGE = "io.belvedere.federation.weave.";
        static final String WEAVER = PACKAGE + "Weaver";
        static final String WEAVING = PACKAGE + "Weaving";
        static final String VIEW = PACKAGE + "GovernedView";
        static final String MASKS = PACKAGE + "Masks";
        static final String CONDITIONS = PACKAGE + "Conditions";
        static final String GROUPS = PACKAGE + "Groups";
        static final String BOUNDS = PACKAGE + "Bounds";
        static final String BROKEN = PACKAGE + "BrokenWeaving";
    }
}
