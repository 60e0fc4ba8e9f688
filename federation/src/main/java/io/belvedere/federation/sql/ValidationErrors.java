package io.belvedere.federation.sql;

import static io.belvedere.federation.FederationError.QUERY_INVALID;
import static io.belvedere.federation.FederationError.UNSUPPORTED;

import io.belvedere.model.error.BelvedereException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.runtime.CalciteResource;
import org.apache.calcite.runtime.Resources;

/**
 * Calcite's words about a query, replaced by ours. Of its arguments only names that the text itself holds are kept: an expression
 * may hold a literal, and a suggestion may name what its reader may not know of.
 */
public final class ValidationErrors {
    private static final int CAUSES_MAX = 16;
    private static final String NO_COLUMN = "There is no column";
    private static final String UNKNOWN = "The query is not valid here.";

    /** By the key of Calcite's message; {@code {0}} is a name as it is written in the query. */
    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("columnNotFound", NO_COLUMN + " '{0}' here."),
            Map.entry("columnNotFoundDidYouMean", NO_COLUMN + " '{0}' here."),
            Map.entry("columnNotFoundInTable", NO_COLUMN + " '{0}' in '{1}'."),
            Map.entry("columnNotFoundInTableDidYouMean", NO_COLUMN + " '{0}' in '{1}'."),
            Map.entry("tableNameNotFound", "There is no '{0}' in FROM."),
            Map.entry("tableNameNotFoundDidYouMean", "There is no '{0}' in FROM."),
            Map.entry("columnAmbiguous", "Column '{0}' is in more than one table: write which."),
            Map.entry("fromAliasDuplicate", "'{0}' stands twice in FROM: give each its own name."),
            Map.entry("duplicateNameInColumnList", "The name '{0}' stands twice in a list of columns."),
            Map.entry("columnInUsingNotUnique", "Column '{0}' in USING is not unique on one side of the join."),
            Map.entry(
                    "naturalOrUsingColumnNotCompatible", "Column '{0}' has different types on the sides of the join."),
            Map.entry("invalidArgCount", "The function '{0}' takes another number of arguments."),
            Map.entry(
                    "validatorUnknownFunction", "The function does not take arguments of this number or these types."),
            Map.entry("notGroupExpr", "This is neither grouped by nor an aggregate."),
            Map.entry("notSelectDistinctExpr", "With DISTINCT, only what is selected can be sorted by."),
            Map.entry("nestedAggIllegal", "An aggregate cannot stand in an aggregate."),
            Map.entry("aggregateIllegalInClause", "An aggregate cannot stand here."),
            Map.entry("windowedAggregateIllegalInClause", "A window function cannot stand here: write QUALIFY."),
            Map.entry(
                    "partitionbyShouldNotContainOver",
                    "A window function cannot stand in the PARTITION BY of another: compute it in a sub-query in FROM."),
            Map.entry(
                    "orderbyShouldNotContainOver",
                    "A window function cannot stand in the ORDER BY of another: compute it in a sub-query in FROM."),
            Map.entry(
                    "disallowsNullTreatment", "IGNORE NULLS is for FIRST_VALUE, LAST_VALUE, NTH_VALUE, LAG and LEAD."),
            Map.entry("columnCountMismatch", "The list has another number of columns than the query."),
            Map.entry("columnCountMismatchInSetop", "The combined queries have different numbers of columns."),
            Map.entry("columnTypeMismatchInSetop", "The combined queries have columns of types that do not fit."),
            Map.entry("canNotApplyOp2Type", "The types do not fit this operation: write a CAST."),
            Map.entry("needSameTypeParameter", "The parts do not have one type: write a CAST."),
            Map.entry("incompatibleTypesInList", "The values of the list do not have one type."),
            Map.entry("incompatibleValueType", "The rows do not have one type."),
            Map.entry("cannotCastValue", "A value of this type cannot be cast to that one."),
            Map.entry("condMustBeBoolean", "A condition is true or false; this is neither."),
            Map.entry("illegalLiteral", "A literal does not have the form that its type needs."),
            Map.entry("illegalIntervalLiteral", "An interval does not have the form that its unit needs."),
            Map.entry("numberLiteralOutOfRange", "A number is out of range."),
            Map.entry("selectMissingFrom", "There is a name here, but no FROM."),
            Map.entry("selectStarRequiresFrom", "SELECT * needs a FROM."),
            Map.entry("orderByOrdinalOutOfRange", "The number in ORDER BY or GROUP BY is not that of a column."));

    private static final List<Message> MESSAGES = messages();

    private ValidationErrors() {}

    /** What validation or conversion threw, as a problem in our words; what is unknown to us is said in general words. */
    public static SqlProblem toProblem(Throwable thrown) {
        CalciteContextException place = null;
        Throwable last = thrown;
        for (int i = 0; i < CAUSES_MAX && last != null; i++) {
            if (last instanceof SqlProblem problem) {
                return problem;
            }
            if (last instanceof CalciteContextException context) {
                place = context;
            }
            if (last.getCause() == null) {
                break;
            }
            last = last.getCause();
        }
        if (place == null) {
            return new SqlProblem(UNSUPPORTED, 0, 0, "The query uses a combination that is not offered.", thrown);
        }
        String words = last == null
                ? UNKNOWN
                : wordsOf(String.valueOf(last.getMessage())).orElse(UNKNOWN);
        return new SqlProblem(QUERY_INVALID, place.getPosLine(), place.getPosColumn(), words, thrown);
    }

    /** One of our own errors that Calcite has wrapped on its way through. */
    public static Optional<BelvedereException> findOurs(Throwable thrown) {
        Throwable next = thrown;
        for (int i = 0; i < CAUSES_MAX && next != null; i++) {
            if (next instanceof BelvedereException ours) {
                return Optional.of(ours);
            }
            next = next.getCause();
        }
        return Optional.empty();
    }

    private static Optional<String> wordsOf(String calcite) {
        for (Message message : MESSAGES) {
            Matcher matcher = message.form().matcher(calcite);
            if (matcher.matches()) {
                return Optional.of(message.fill(matcher));
            }
        }
        return Optional.empty();
    }

    private static List<Message> messages() {
        List<Message> messages = new ArrayList<>();
        for (Method method : CalciteResource.class.getMethods()) {
            Resources.BaseMessage base = method.getAnnotation(Resources.BaseMessage.class);
            String words = WORDS.get(method.getName());
            if (base != null && words != null) {
                messages.add(new Message(formOf(base.value()), words));
            }
        }
        if (messages.size() != WORDS.size()) {
            throw new IllegalStateException("Calcite no longer has all of the messages that we have words for");
        }
        // The longer form first: "… not found; did you mean …" is also a "… not found".
        messages.sort(Comparator.comparingInt(
                        (Message message) -> message.form().pattern().length())
                .reversed());
        return List.copyOf(messages);
    }

    /** The pattern of a message format: {@code {n}} becomes group {@code an}. */
    private static Pattern formOf(String format) {
        StringBuilder form = new StringBuilder();
        Matcher hole = Pattern.compile("\\{(\\d)[^}]*}").matcher(format.replace("''", "'"));
        int end = 0;
        String plain = format.replace("''", "'");
        while (hole.find()) {
            form.append(Pattern.quote(plain.substring(end, hole.start())))
                    .append("(?<a")
                    .append(hole.group(1))
                    .append(">.*?)");
            end = hole.end();
        }
        return Pattern.compile(form.append(Pattern.quote(plain.substring(end))).toString(), Pattern.DOTALL);
    }

    /** What can only have stood in double quotes. */
    private static final Pattern QUOTED = Pattern.compile(".*[^a-z0-9_$].*", Pattern.DOTALL);

    private record Message(Pattern form, String words) {
        String fill(Matcher matcher) {
            String filled = filledBy(matcher);
            boolean quoted = words.startsWith(NO_COLUMN)
                    && QUOTED.matcher(matcher.group("a0")).matches();
            return quoted
                    ? filled + " In double quotes stands a name, as it is written; a text stands in single quotes."
                    : filled;
        }

        private String filledBy(Matcher matcher) {
            String filled = words;
            for (int i = 0; i < 2; i++) {
                String hole = "{" + i + "}";
                if (filled.contains(hole)) {
                    filled = filled.replace(hole, matcher.group("a" + i));
                }
            }
            return filled;
        }
    }
}
