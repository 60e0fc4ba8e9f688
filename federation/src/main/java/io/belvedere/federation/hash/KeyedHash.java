package io.belvedere.federation.hash;

import io.belvedere.federation.dialect.LiteralValues;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexVisitorImpl;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.util.Util;
import org.jspecify.annotations.Nullable;

/**
 * The hash of a value, in a tree: what a mask stands for, with its label. No dialect can write it; a step reads the value, and hashes
 * it when its rows have come.
 */
public final class KeyedHash {
    private static final SqlFunction OPERATOR = new SqlFunction(
            "BELVEDERE_HASH",
            SqlKind.OTHER_FUNCTION,
            ReturnTypes.VARCHAR,
            null,
            OperandTypes.VARIADIC,
            SqlFunctionCategory.USER_DEFINED_FUNCTION);

    private KeyedHash() {}

    /** @param text the type of the hash: text, NULL where the value may be */
    public static RexNode of(RexBuilder rex, RelDataType text, RexNode value, HashLabel label) {
        return rex.makeCall(
                text,
                OPERATOR,
                List.of(
                        value,
                        rex.makeLiteral(label.key()),
                        rex.makeLiteral(label.view()),
                        rex.makeLiteral(label.column()),
                        rex.makeLiteral(label.salt())));
    }

    public static boolean is(RexNode node) {
        return node instanceof RexCall call && call.getOperator().equals(OPERATOR);
    }

    /** Whether there is a hash in the expression. */
    public static boolean isIn(RexNode node) {
        try {
            node.accept(new RexVisitorImpl<@Nullable Void>(true) {
                @Override
                public @Nullable Void visitCall(RexCall call) {
                    if (is(call)) {
                        throw Util.FoundOne.NULL;
                    }
                    return super.visitCall(call);
                }
            });
            return false;
        } catch (Util.FoundOne found) {
            return true;
        }
    }

    /** What is hashed. */
    public static RexNode value(RexNode hash) {
        return ((RexCall) hash).getOperands().getFirst();
    }

    public static HashLabel label(RexNode hash) {
        List<String> words = ((RexCall) hash)
                .getOperands().stream()
                        .skip(1)
                        .map(word -> LiteralValues.of((RexLiteral) word, String.class))
                        .toList();
        return new HashLabel(words.get(0), words.get(1), words.get(2), words.get(3));
    }
}
