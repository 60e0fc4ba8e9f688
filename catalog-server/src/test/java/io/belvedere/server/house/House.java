package io.belvedere.server.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules of the house, by name. Package patterns leave the root open so that fixtures which break a rule can be held against it. */
final class House {
    private static final List<String> MODULES = List.of("model", "policy", "audit", "cache", "federation", "server");
    private static final Set<String> KINDS =
            Set.of("util", "utils", "impl", "dto", "manager", "helper", "helpers", "common", "misc");

    private static final Set<String> PARTS_OF_PLANS = Set.of(
            "plan.Step",
            "plan.StepRef",
            "plan.FewRows",
            "plan.Lookup",
            "plan.KeyShipment",
            "plan.RowShipment",
            "plan.ValueShipment",
            "dialect.Fence",
            "dialect.KeyCondition",
            "dialect.SubQueryValue",
            "dialect.SqlTemplate",
            "dialect.TextColumn",
            "sql.OrderedAggregate",
            "weave.GovernedQuery",
            "weave.GroupBarrier",
            "weave.SecureFilter");

    private House() {}

    static Map<String, ArchRule> rules() {
        Map<String, ArchRule> rules = new LinkedHashMap<>();
        rules.put("the model depends on no other module", arrows("model"));
        rules.put("policy depends on the model alone", arrows("policy", "model"));
        rules.put("audit depends on the model alone", arrows("audit", "model"));
        rules.put("cache depends on policy and the model", arrows("cache", "policy", "model"));
        rules.put(
                "federation depends on policy, cache and the model", arrows("federation", "policy", "cache", "model"));
        rules.put(
                "engines and drivers stay in federation",
                noClasses()
                        .that()
                        .resideOutsideOfPackage("..belvedere.federation..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                "org.apache.calcite..",
                                "org.duckdb..",
                                "java.sql..",
                                "javax.sql..",
                                "org.postgresql..",
                                "org.mariadb.."));
        rules.put(
                "the web stays in the server",
                noClasses()
                        .that()
                        .resideOutsideOfPackage("..belvedere.server..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                "io.quarkus..",
                                "io.vertx..",
                                "jakarta.ws.rs..",
                                "jakarta.enterprise..",
                                "jakarta.inject.."));
        rules.put(
                "text and tree come before the run",
                noClasses()
                        .that()
                        .resideInAPackage("..belvedere.federation.sql..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                "..belvedere.federation.weave..",
                                "..belvedere.federation.plan..",
                                "..belvedere.federation.run.."));
        rules.put(
                "the proof uses nothing that made the plan",
                noClasses()
                        .that()
                        .resideInAPackage("..belvedere.federation.verify..")
                        .should()
                        .dependOnClassesThat(madeThePlan()));
        rules.put(
                "modules have no cycles",
                slices().matching("..belvedere.(*)..").should().beFreeOfCycles());
        rules.put("packages name a subject, never a kind", classes().should(resideInPackagesNamedForASubject()));
        return rules;
    }

    /** What weaves, plans and writes; not the nodes and steps that a plan consists of. */
    private static DescribedPredicate<JavaClass> madeThePlan() {
        return DescribedPredicate.describe("made the plan", type -> {
            String outer = type.getName().replaceFirst("\\$.*", "");
            return outer.matches(".*\\.belvedere\\.federation\\.(plan|dialect|weave|sql|run)\\..*")
                    && !PARTS_OF_PLANS.contains(outer.replaceFirst(".*\\.federation\\.", ""));
        });
    }

    /** Classes of the module may use, of Belvedere, only the module itself and {@code allowed}. */
    private static ArchRule arrows(String module, String... allowed) {
        String[] forbidden = MODULES.stream()
                .filter(other ->
                        !other.equals(module) && !Arrays.asList(allowed).contains(other))
                .map(other -> "..belvedere." + other + "..")
                .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage("..belvedere." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden);
    }

    private static ArchCondition<JavaClass> resideInPackagesNamedForASubject() {
        return new ArchCondition<>("reside in packages named for a subject") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean named =
                        Arrays.stream(type.getPackageName().split("\\.")).noneMatch(KINDS::contains);
                events.add(
                        new SimpleConditionEvent(type, named, type.getName() + " resides in " + type.getPackageName()));
            }
        };
    }
}
