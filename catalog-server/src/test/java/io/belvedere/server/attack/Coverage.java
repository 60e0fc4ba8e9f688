package io.belvedere.server.attack;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Every line of the list of attacks, with what holds against it. The generated page and its test are made of it. */
final class Coverage {
    /** The numbers of the list. Those that are missing were never given, or went into another line. */
    private static final List<String> NUMBERS = Stream.of(
                    "01 02 04 05 07 08 10 11 13 14 16 17 19 20 22 23 25 26 28 29 31 32 34 35 37 38 40 41 43 44 46 47 49 50 52 53 55",
                    "56 58 59 61 62 64 65 67 68 70 71 73 74 76 77 79 80 82 83 85 86 88 89 91 92 94 95 97 98 100")
            .flatMap(line -> Stream.of(line.split(" ")))
            .map(number -> "A" + number)
            .toList();

    private Coverage() {}

    /** How an attack is met. */
    sealed interface Status {
        /** In this suite, over REST, on both sources, decided by both engines of policy. */
        record Suite(int requests) implements Status {}

        /** In this suite likewise, by more than requests. */
        record Steps() implements Status {}

        /** In tests of a module, because the attack does not come over REST or needs what a served house has not. */
        record Module(List<String> tests) implements Status {}

        /** Measured rather than tested: a build on a busy machine would say nothing. */
        record Measured(String by) implements Status {}

        /** Not yet possible, because what it attacks is not there. */
        record Later(String why) implements Status {}
    }

    record Line(String id, String what, Status status) {}

    /** The lines in the order of their numbers. */
    static List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        Attacks.all()
                .forEach(attack -> lines.add(new Line(
                        attack.id(),
                        attack.what(),
                        new Status.Suite(attack.probes().size()))));
        Procedures.all()
                .forEach(procedure -> lines.add(new Line(procedure.id(), procedure.what(), new Status.Steps())));
        lines.addAll(inModules());
        lines.add(new Line(
                "A95",
                "the time of a look-up for a hidden and an absent value",
                new Status.Measured("`./belvedere bench governance`; docs/performance.md has the figure")));
        lines.addAll(later());
        lines.sort(Comparator.comparingInt(line -> Integer.parseInt(line.id().substring(1))));
        return lines;
    }

    static List<String> numbers() {
        return NUMBERS;
    }

    private static List<Line> inModules() {
        return List.of(
                module("A19", "a mask that reads another column", "policy/ReplyReaderTest", "policy/SamplePolicyTest"),
                module(
                        "A34",
                        "several filters, several masks of one column",
                        "policy/SamplePolicyTest",
                        "policy/ReplyReaderTest"),
                module(
                        "A35",
                        "filters of every form against a reference",
                        "policy/ReplyConditionTest",
                        "federation/QueryHuntIT"),
                module("A55", "a caller whose roles change between two requests", "catalog-server/RecentDecisionsTest"),
                module("A59", "access that is taken away while rows flow", "catalog-server/DoorsTest"),
                module("A61", "policy that changes between two views of one query", "policy/PolicyGateContract"),
                module(
                        "A62",
                        "a cached dimension that another caller loaded",
                        "federation/DimensionQueriesIT",
                        "catalog-server/MainJobIT"),
                module(
                        "A64",
                        "a cache that cannot be refreshed",
                        "federation/DimensionsTest",
                        "federation/CompressedDayIT",
                        "catalog-server/MainJobIT"),
                module("A71", "a policy server in reach of others", "policy/OpaServerGateTest"),
                module("A82", "small groups and extremes", "federation/GroupSizeIT", "federation/GroupedPlansTest"),
                module(
                        "A85",
                        "Flight: tickets of others and used ones, commands that are not offered, large messages, many headers, calls that never come",
                        "catalog-server/FlightAttacksTest"),
                module(
                        "A100",
                        "slow and endless requests",
                        "catalog-server/DisconnectIT",
                        "catalog-server/ClientsIT",
                        "catalog-server/FlightAttacksTest"));
    }

    private static Line module(String id, String what, String... tests) {
        return new Line(id, what, new Status.Module(List.of(tests)));
    }

    private static List<Line> later() {
        return List.of(
                later("A79", "Trino as the engine", "with the Trino engine"),
                later("A83", "averaging noise away", "no noise is ever added"),
                later("A86", "the PostgreSQL wire protocol", "with the pgwire door"));
    }

    private static Line later(String id, String what, String why) {
        return new Line(id, what, new Status.Later(why));
    }
}
