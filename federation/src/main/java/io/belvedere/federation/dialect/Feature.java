package io.belvedere.federation.dialect;

import java.util.Locale;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rex.RexCall;

/** Something that a database may be asked to do for us. Every {@link CapabilitySheet} takes a stand on each. */
public enum Feature {
    INNER_JOIN(Group.JOINS, "inner join"),
    LEFT_JOIN(Group.JOINS, "left join"),
    RIGHT_JOIN(Group.JOINS, "right join"),
    FULL_JOIN(Group.JOINS, "full join"),
    SEMI_JOIN(Group.JOINS, "semi-join (`EXISTS`)"),
    ANTI_JOIN(Group.JOINS, "anti-join (`NOT EXISTS`)"),

    SORT(Group.ROWS, "sort, first n rows"),
    UNION_ALL(Group.ROWS, "`UNION ALL`"),
    UNION(Group.ROWS, "`UNION`"),
    INTERSECT(Group.ROWS, "`INTERSECT`"),
    INTERSECT_ALL(Group.ROWS, "`INTERSECT ALL`"),
    EXCEPT(Group.ROWS, "`EXCEPT`"),
    EXCEPT_ALL(Group.ROWS, "`EXCEPT ALL`"),

    AGGREGATE(Group.GROUPS, "`COUNT`, `SUM`, `MIN`, `MAX`"),
    AGGREGATE_FILTER(Group.GROUPS, "aggregate with `FILTER`"),
    GROUPING_SETS(Group.GROUPS, "grouping sets"),
    WINDOW(Group.GROUPS, "window functions"),

    TEXT_EQUALITY(Group.COMPARISONS, "text: `=`, `<>`, `IN`"),
    TEXT_ORDER(Group.COMPARISONS, "text: `<`, `ORDER BY`, `MIN`, `MAX`"),
    TEXT_GROUPING(Group.COMPARISONS, "text: `GROUP BY`, `DISTINCT`"),
    LIKE(Group.COMPARISONS, "`LIKE` with a constant pattern"),
    BOOLEAN_COMPARISON(Group.COMPARISONS, "booleans compared"),
    TIME_COMPARISON(Group.COMPARISONS, "times of day compared"),
    INSTANT_COMPARISON(Group.COMPARISONS, "timestamps with time zone compared"),

    ARITHMETIC(Group.FUNCTIONS, "`+ - *` of exact numbers"),
    REMAINDER(Group.FUNCTIONS, "`MOD` of an exact number by a constant"),
    NUMBER_FLOOR(Group.FUNCTIONS, "`FLOOR` of exact numbers"),
    CONCAT(Group.FUNCTIONS, "`||`"),
    SUBSTRING(Group.FUNCTIONS, "`SUBSTRING`"),
    CHAR_LENGTH(Group.FUNCTIONS, "`CHAR_LENGTH`"),
    POSITION(Group.FUNCTIONS, "`POSITION`"),
    EXTRACT(Group.FUNCTIONS, "`EXTRACT` of year to minute"),
    DATE_FLOOR(Group.FUNCTIONS, "`FLOOR` of a date to a unit"),
    CURRENT_DATE(Group.FUNCTIONS, "`CURRENT_DATE`"),
    OTHER_FUNCTION(Group.FUNCTIONS, "all other functions");

    /** Where it stands in the documentation's table. */
    public enum Group {
        JOINS,
        ROWS,
        GROUPS,
        COMPARISONS,
        FUNCTIONS;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Group group;
    private final String label;

    Feature(Group group, String label) {
        this.group = group;
        this.label = label;
    }

    public Group group() {
        return group;
    }

    /** As the documentation names it, in Markdown. */
    public String label() {
        return label;
    }

    public static Feature of(JoinRelType type) {
        return switch (type) {
            case INNER -> INNER_JOIN;
            case LEFT -> LEFT_JOIN;
            case RIGHT -> RIGHT_JOIN;
            case FULL -> FULL_JOIN;
            case SEMI -> SEMI_JOIN;
            case ANTI -> ANTI_JOIN;
            case ASOF, LEFT_ASOF, LEFT_MARK -> throw new NotOffered("a " + type + " join");
        };
    }

    public static Feature of(SetOp set) {
        return switch (set.kind) {
            case UNION -> set.all ? UNION_ALL : UNION;
            case INTERSECT -> set.all ? INTERSECT_ALL : INTERSECT;
            case EXCEPT -> set.all ? EXCEPT_ALL : EXCEPT;
            default -> throw new NotOffered("the operator " + set.kind);
        };
    }

    /** What a call that is no comparison, logic, CASE or cast needs. */
    static Feature ofFunction(RexCall call) {
        return switch (call.getKind()) {
            case PLUS, MINUS, TIMES, MINUS_PREFIX -> ARITHMETIC;
            case MOD -> REMAINDER;
            default ->
                switch (call.getOperator().getName()) {
                    case "||" -> CONCAT;
                    case "SUBSTRING" -> SUBSTRING;
                    case "CHAR_LENGTH", "CHARACTER_LENGTH" -> CHAR_LENGTH;
                    case "POSITION" -> POSITION;
                    case "EXTRACT" -> EXTRACT;
                    case "FLOOR" -> call.getOperands().size() == 1 ? NUMBER_FLOOR : DATE_FLOOR;
                    case "CURRENT_DATE" -> CURRENT_DATE;
                    default -> OTHER_FUNCTION;
                };
        };
    }
}
