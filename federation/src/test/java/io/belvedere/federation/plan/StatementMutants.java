package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.SqlTemplate;
import io.belvedere.federation.plan.ProgramBuilder.Program;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Mask;
import io.belvedere.policy.PolicyFixtures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Damage to statements, to steps, and to whose decision a plan is of. */
final class StatementMutants {
    private StatementMutants() {}

    static UnaryOperator<Program> text(UnaryOperator<String> change) {
        return program -> Damage.sql(program, change);
    }

    /** Of the engine's statements. */
    static UnaryOperator<Program> engineText(UnaryOperator<String> change) {
        return program -> Damage.engineSql(program, change);
    }

    /** Every condition as a column of its own, over the same rows. */
    static Program conditionGivenOut(Program program) {
        return Damage.sql(program, sql -> {
            int where = sql.indexOf("\nWHERE ");
            int end = sql.indexOf("\nGROUP BY", where);
            String condition = sql.substring(where + 7, end < 0 ? sql.length() : end);
            return sql.substring(0, where)
                            .replaceFirst(
                                    "SELECT ",
                                    "SELECT "
                                            + java.util.regex.Matcher.quoteReplacement("(" + condition + ") AS `w`, "))
                    + (end < 0 ? "" : sql.substring(end));
        });
    }

    /** The policy's constant is filled in later, as values of callers are. */
    static Program policyIsAPlace(Program program) {
        return Damage.fetches(program, fetch -> {
            List<SqlTemplate.Part> parts = new ArrayList<>();
            for (SqlTemplate.Part part : fetch.sql().parts()) {
                if (part instanceof SqlTemplate.Text(String sql) && sql.contains("'EU'")) {
                    String[] around = sql.split("'EU'", -1);
                    for (int i = 0; i < around.length; i++) {
                        parts.add(new SqlTemplate.Text(around[i]));
                        if (i + 1 < around.length) {
                            parts.add(new SqlTemplate.Value(0));
                        }
                    }
                } else {
                    parts.add(part);
                }
            }
            return fetch.withSql(new SqlTemplate(parts));
        });
    }

    private static Program of(String sql, UnaryOperator<PolicyFixtures.Granting> granting, String stamp) {
        ResolvedQuery query = MutantCases.resolve(sql);
        Allow decision = granting.apply(MutantCases.granting(query)).allow(Allow.Detail.SHAPE, stamp);
        return MutantCases.program(MutantCases.weave(query, decision));
    }

    static Program otherCaller(String sql, Program sound) {
        return of(sql, granting -> granting.mask("email", new Mask.None()), "6".repeat(64));
    }

    static Program withoutStamp(String sql, Program sound) {
        return of(sql, granting -> granting, "0".repeat(64));
    }

    static Program olderRevision(String sql, Program sound) {
        return of(sql, granting -> granting, "7".repeat(64));
    }

    static Program missingColumnsClear(String sql, Program sound) {
        return of(
                sql,
                granting -> granting.mask("email", new Mask.None()).mask("phone", new Mask.None()),
                PolicyFixtures.STAMP);
    }

    static Program missingRowsAll(String sql, Program sound) {
        ResolvedQuery query = MutantCases.resolve(sql);
        Allow decision = PolicyFixtures.everything(query.views())
                .mask("email", new Mask.Email())
                .mask("phone", new Mask.KeepLast(2))
                .mask("card_number", new Mask.Hidden())
                .allow();
        return MutantCases.program(MutantCases.weave(query, decision));
    }

    /** Few rows are joined with their sides swapped. */
    static Program fewSwapped(Program program) {
        Step.Deliver deliver = (Step.Deliver) program.steps().getLast();
        List<Step> steps = new ArrayList<>(program.steps());
        steps.set(
                steps.size() - 1,
                new Step.Deliver(
                        deliver.name(),
                        deliver.sql(),
                        deliver.inputs(),
                        Optional.of(swapped(deliver.few().orElseThrow())),
                        deliver.columns()));
        return new Program(steps, program.trees());
    }

    private static FewRows swapped(FewRows few) {
        return switch (few) {
            case FewRows.Of of -> of;
            case FewRows.Chosen(FewRows input, List<Integer> columns) -> new FewRows.Chosen(swapped(input), columns);
            case FewRows.Matched matched ->
                new FewRows.Matched(
                        matched.kind(), matched.right(), matched.left(), matched.rightKeys(), matched.leftKeys());
            case FewRows.First(FewRows input, List<Step.SortKey> order, long offset, long rowsMax) ->
                new FewRows.First(swapped(input), order, offset, rowsMax);
        };
    }
}
