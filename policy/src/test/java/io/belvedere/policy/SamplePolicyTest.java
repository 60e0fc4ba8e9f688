package io.belvedere.policy;

import static io.belvedere.policy.Fixtures.ANA;
import static io.belvedere.policy.Fixtures.CUSTOMERS;
import static io.belvedere.policy.Fixtures.OMAR;
import static io.belvedere.policy.Fixtures.OTTO;
import static io.belvedere.policy.Fixtures.SAM;
import static io.belvedere.policy.Fixtures.STELLA;
import static io.belvedere.policy.Fixtures.STOCK;
import static io.belvedere.policy.Fixtures.caller;
import static io.belvedere.policy.Fixtures.request;
import static io.belvedere.policy.Fixtures.view;
import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.model.ColumnName;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Operation;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.view.ViewDefinition;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the shipped policy with the sample's data says to each of the sample's callers. */
class SamplePolicyTest {
    private static WasmPolicyGate gate;

    @BeforeAll
    static void open() {
        gate = new WasmPolicyGate(PolicyBundle.read(Fixtures.SAMPLE_POLICY));
    }

    @AfterAll
    static void close() {
        gate.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"QUERY", "EXPLAIN"})
    void theAnalystReadsTheRowsOfHerRegionWithEmailAndPhoneMaskedAndNoCard(Operation operation) {
        Allow allow = allow(request(ANA, operation, CUSTOMERS));

        ViewAccess.Rows rows = allow.requireRows(CUSTOMERS.id());
        assertThat(rows.rule()).isEqualTo(only("region", "EU"));
        assertThat(rows.columns())
                .isEqualTo(masks(
                        "id", new Mask.None(),
                        "name", new Mask.None(),
                        "email", new Mask.Email(),
                        "phone", new Mask.KeepLast(2),
                        "card_number", new Mask.Hidden(),
                        "region", new Mask.None()));
        assertThat(rows.rowsMax()).isEqualTo(100_000);
        assertThat(rows.groupSizeMin()).isZero();
        assertThat(allow.detail()).isEqualTo(Allow.Detail.SHAPE);
    }

    @ParameterizedTest
    @EnumSource(names = {"QUERY", "EXPLAIN"})
    void theStewardReadsAllRowsInFullDetailWithFourDigitsOfTheCard(Operation operation) {
        Allow allow = allow(request(STELLA, operation, CUSTOMERS, STOCK));

        ViewAccess.Rows rows = allow.requireRows(CUSTOMERS.id());
        assertThat(rows.rule()).isEqualTo(new ViewAccess.RowRule.All());
        assertThat(rows.columns())
                .isEqualTo(masks(
                        "id", new Mask.None(),
                        "name", new Mask.None(),
                        "email", new Mask.None(),
                        "phone", new Mask.None(),
                        "card_number", new Mask.KeepLast(4),
                        "region", new Mask.None()));
        assertThat(allow.requireRows(STOCK.id()).rule()).isEqualTo(new ViewAccess.RowRule.All());
        assertThat(allow.detail()).isEqualTo(Allow.Detail.FULL);
    }

    @Test
    void theAuditorAndTheOperatorAreRefusedRowsOfWhatTheyMayKnow() {
        for (Caller caller : new Caller[] {OTTO, OMAR}) {
            Deny deny = deny(request(caller, Operation.QUERY, CUSTOMERS));
            assertThat(deny.existence()).isEqualTo(Deny.Existence.KNOWN);
            assertThat(deny.reason()).isEqualTo("rows.withheld");
        }
    }

    @Test
    void theAuditorAndTheOperatorReadContracts() {
        for (Caller caller : new Caller[] {OTTO, OMAR}) {
            Allow allow = allow(request(caller, Operation.DESCRIBE, CUSTOMERS));
            assertThat(allow.views().get(CUSTOMERS.id()))
                    .isEqualTo(new ViewAccess.Contract(masks(
                            "id", new Mask.None(),
                            "name", new Mask.Null(),
                            "email", new Mask.Null(),
                            "phone", new Mask.Null(),
                            "card_number", new Mask.Null(),
                            "region", new Mask.Null())));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"QUERY", "EXPLAIN"})
    void nothingExistsForTheStranger(Operation operation) {
        Deny deny = deny(request(SAM, operation, CUSTOMERS));
        assertThat(deny.existence()).isEqualTo(Deny.Existence.HIDDEN);
        assertThat(deny.reason()).isEqualTo("caller.unknown");
    }

    @Test
    void theStrangerIsShownAnEmptyCatalog() {
        Allow allow = allow(request(SAM, Operation.DESCRIBE, CUSTOMERS, STOCK));
        assertThat(allow.views().values()).containsOnly(new ViewAccess.None());
    }

    @Test
    void theOperatorWatchesAndStopsTheQueriesOfAll() {
        assertThat(allow(request(OMAR, Operation.MONITOR)).detail()).isEqualTo(Allow.Detail.FULL);
        assertThat(allow(request(OMAR, Operation.CANCEL)).detail()).isEqualTo(Allow.Detail.FULL);
    }

    @Test
    void everybodyElseWithARoleWatchesAndStopsTheirOwn() {
        for (Caller caller : new Caller[] {ANA, STELLA, OTTO}) {
            assertThat(allow(request(caller, Operation.MONITOR)).detail()).isEqualTo(Allow.Detail.SHAPE);
            assertThat(allow(request(caller, Operation.CANCEL)).detail()).isEqualTo(Allow.Detail.SHAPE);
        }
    }

    @Test
    void theStrangerWatchesNothing() {
        assertThat(deny(request(SAM, Operation.MONITOR)).existence()).isEqualTo(Deny.Existence.HIDDEN);
        assertThat(deny(request(SAM, Operation.CANCEL)).existence()).isEqualTo(Deny.Existence.HIDDEN);
    }

    @Test
    void oneHiddenViewHidesTheWholeQuery() {
        Deny deny = deny(request(ANA, Operation.QUERY, CUSTOMERS, STOCK));
        assertThat(deny.existence()).isEqualTo(Deny.Existence.HIDDEN);
        assertThat(deny.reason()).isEqualTo("view.hidden");
    }

    @Test
    void anAnalystWithoutARegionHasNothing() {
        for (Map<String, String> attributes : Stream.of(
                        Map.<String, String>of(), Map.of("region", ""), Map.of("Region", "EU"))
                .toList()) {
            Caller analyst = caller("ana", Set.of("analyst"), attributes);
            assertThat(deny(request(analyst, Operation.QUERY, CUSTOMERS)).existence())
                    .isEqualTo(Deny.Existence.HIDDEN);
            assertThat(allow(request(analyst, Operation.DESCRIBE, CUSTOMERS))
                            .views()
                            .values())
                    .containsOnly(new ViewAccess.None());
        }
    }

    @Test
    void aRegionThatIsNotTextIsNoRegion() {
        ViewDefinition numbered = view("crm.numbered@1.0.0", "region bigint scope.region");
        assertThat(deny(request(ANA, Operation.QUERY, numbered)).existence()).isEqualTo(Deny.Existence.HIDDEN);
    }

    @Test
    void aRowOfTwoRegionsMustBeOfTheCallersRegionTwice() {
        ViewDefinition transfers =
                view("inventory.transfers@1.0.0", "from_region varchar scope.region", "to_region varchar scope.region");
        ViewAccess.Rows rows = allow(request(ANA, Operation.QUERY, transfers)).requireRows(transfers.id());
        assertThat(rows.rule())
                .isEqualTo(new ViewAccess.RowRule.Matching(
                        new Condition.And(java.util.List.of(equal("from_region", "EU"), equal("to_region", "EU")))));
    }

    @Test
    void aClassThatTheDataDoesNotMentionIsHiddenFromAll() {
        ViewDefinition staff = view("hr.staff@1.0.0", "salary decimal(10,2) pay.salary", "region varchar scope.region");
        for (Caller caller : new Caller[] {ANA, STELLA}) {
            assertThat(allow(request(caller, Operation.QUERY, staff))
                            .requireRows(staff.id())
                            .columns())
                    .containsEntry(new ColumnName("salary"), new Mask.Hidden());
        }
    }

    @Test
    void aMaskThatDoesNotFitTheTypeShowsNull() {
        ViewDefinition counts = view("crm.counts@1.0.0", "emails bigint pii.email", "region varchar scope.region");
        assertThat(allow(request(ANA, Operation.QUERY, counts))
                        .requireRows(counts.id())
                        .columns())
                .containsEntry(new ColumnName("emails"), new Mask.Null());
    }

    @Test
    void aSecondRoleWidensAndNeverNarrows() {
        Caller both = caller("both", Set.of("analyst", "steward"), Map.of("region", "EU"));
        ViewAccess.Rows rows = allow(request(both, Operation.QUERY, CUSTOMERS)).requireRows(CUSTOMERS.id());
        ViewAccess.Rows steward =
                allow(request(STELLA, Operation.QUERY, CUSTOMERS)).requireRows(CUSTOMERS.id());
        assertThat(rows).isEqualTo(steward);
    }

    @Test
    void aRoleThatNobodyKnowsAddsNothing() {
        Caller ana = caller("ana", Set.of("analyst", "superuser", "authz", "roles"), Map.of("region", "EU"));
        assertThat(allow(request(ana, Operation.QUERY, CUSTOMERS)).fingerprint())
                .isEqualTo(allow(request(ANA, Operation.QUERY, CUSTOMERS)).fingerprint());
        Caller mallory = caller("mallory", Set.of("superuser", "Analyst", "analyst "), Map.of("region", "EU"));
        assertThat(deny(request(mallory, Operation.QUERY, CUSTOMERS)).existence())
                .isEqualTo(Deny.Existence.HIDDEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "EU' OR '1'='1",
                "EU\" }]}}, \"access\": \"rows\"",
                "EU\n\r\t",
                "../../etc/passwd",
                "%2e%2e%2f",
                "EU\\",
                "*",
                "${jndi:ldap://x}",
                "{{region}}",
                "\u202eUE",
                "\uD83D\uDE00",
                "null"
            })
    void aHostileNameIsOnlyAName(String hostile) {
        Caller caller = new Caller(
                hostile,
                hostile,
                hostile,
                Caller.Kind.SERVICE,
                Set.of("analyst", hostile),
                Map.of("region", hostile, hostile, "EU"));
        ViewAccess.Rows rows =
                allow(request(caller, Operation.QUERY, CUSTOMERS)).requireRows(CUSTOMERS.id());
        assertThat(rows.rule()).isEqualTo(only("region", hostile));
        ViewAccess.Rows ana = allow(request(ANA, Operation.QUERY, CUSTOMERS)).requireRows(CUSTOMERS.id());
        assertThat(rows.columns()).isEqualTo(ana.columns());
    }

    private static Allow allow(PolicyRequest request) {
        Decision decision = gate.decide(request);
        assertThat(decision).isInstanceOf(Allow.class);
        return (Allow) decision;
    }

    private static Deny deny(PolicyRequest request) {
        Decision decision = gate.decide(request);
        assertThat(decision).isInstanceOf(Deny.class);
        return (Deny) decision;
    }

    private static ViewAccess.RowRule only(String column, String value) {
        return new ViewAccess.RowRule.Matching(equal(column, value));
    }

    private static Condition equal(String column, String value) {
        return new Condition.Comparison(new ColumnName(column), Condition.Operator.EQ, new Literal.Text(value));
    }

    private static Map<ColumnName, Mask> masks(Object... namesAndMasks) {
        Map<ColumnName, Mask> masks = new TreeMap<>();
        for (int i = 0; i < namesAndMasks.length; i += 2) {
            masks.put(new ColumnName((String) namesAndMasks[i]), (Mask) namesAndMasks[i + 1]);
        }
        return masks;
    }
}
