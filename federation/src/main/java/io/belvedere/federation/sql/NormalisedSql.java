package io.belvedere.federation.sql;

import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlWriterConfig;
import org.apache.calcite.sql.dialect.AnsiSqlDialect;
import org.apache.calcite.sql.fun.SqlCase;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.pretty.SqlPrettyWriter;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.util.SqlShuttle;
import org.jspecify.annotations.Nullable;

/** A statement without its values: every literal is {@code ?}. */
final class NormalisedSql {
    private static final SqlWriterConfig FORM = SqlPrettyWriter.config()
            .withDialect(new AnsiSqlDialect(AnsiSqlDialect.DEFAULT_CONTEXT.withIdentifierQuoteString("\"")))
            .withQuoteAllIdentifiers(false)
            .withIndentation(0)
            .withClauseStartsLine(false)
            .withAlwaysUseParentheses(false);

    private NormalisedSql() {}

    static String of(SqlNode statement) {
        Writer writer = new Writer();
        writer.format(mask(statement));
        return writer.toString().replace('\n', ' ').strip();
    }

    private static SqlNode mask(SqlNode statement) {
        SqlNode masked = statement.accept(new Masker());
        if (masked == null) {
            throw new IllegalStateException("a statement stays one");
        }
        return masked;
    }

    /** TRUE, FALSE and NULL are written as keywords, so they are replaced in the tree, where they are values and not switches. */
    private static final class Masker extends SqlShuttle {
        @Override
        public @Nullable SqlNode visit(SqlCall call) {
            SqlNode inside = super.visit(call);
            if (!(inside instanceof SqlBasicCall) && !(inside instanceof SqlCase)) {
                return inside;
            }
            SqlCall masked = (SqlCall) inside.clone(inside.getParserPosition());
            for (int i = 0; i < masked.operandCount(); i++) {
                if (isKeyword(masked.getOperandList().get(i))) {
                    masked.setOperand(i, new SqlDynamicParam(0, SqlParserPos.ZERO));
                }
            }
            return masked;
        }

        @Override
        public @Nullable SqlNode visit(SqlNodeList list) {
            if (list.isEmpty()) {
                return list; // the writer knows "no ORDER BY" by identity
            }
            SqlNodeList masked = new SqlNodeList(list.getParserPosition());
            for (SqlNode item : list) {
                masked.add(isKeyword(item) ? new SqlDynamicParam(0, SqlParserPos.ZERO) : item.accept(this));
            }
            return masked;
        }

        private static boolean isKeyword(@Nullable SqlNode node) {
            return node instanceof SqlLiteral literal
                    && (literal.getTypeName() == SqlTypeName.BOOLEAN || literal.getTypeName() == SqlTypeName.NULL);
        }
    }

    /** Writes {@code ?} where a value would stand. */
    private static final class Writer extends SqlPrettyWriter {
        Writer() {
            super(FORM);
        }

        @Override
        public void literal(String value) {
            print("?");
            setNeedWhitespace(true);
        }
    }
}
