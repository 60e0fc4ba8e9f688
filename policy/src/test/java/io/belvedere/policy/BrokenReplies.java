package io.belvedere.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.view.ColumnContract;
import java.util.List;

/** What mutants call in place of a reader of replies. Each has the name of the method that it stands for; nothing else calls them. */
@SuppressWarnings({"unused", "PMD"})
final class BrokenReplies {
    private BrokenReplies() {}

    /** What is left out is shown as it is. */
    static ReplyFields fields(ReplyFields columns, String name) {
        return columns.object().has(name)
                ? columns.fields(name)
                : new ReplyFields(JsonNodeFactory.instance.objectNode().put("mask", "none"), columns.at(name));
    }

    /** Rows that are left out are all. */
    static JsonNode value(ReplyFields view, String name) {
        return view.object().hasNonNull(name) ? view.value(name) : TextNode.valueOf("all");
    }

    /** A filter lets every row pass. */
    static Condition read(ConditionReader reader, JsonNode filter) {
        Condition condition = reader.read(filter);
        return new Condition.Or(List.of(condition, new Condition.Not(condition)));
    }

    /** A mask is no mask. */
    static Mask read(ReplyFields fields, ColumnContract column) {
        return new Mask.None();
    }

    /** One grant is like another. */
    static String of(ReplyFields reply, PolicyRevision revision) {
        return "0".repeat(64);
    }

    /** Whatever stands there, it is an allow. */
    static final class Effects {
        private Effects() {}

        static String text(ReplyFields reply, String name) {
            return name.equals("effect") ? "allow" : reply.text(name);
        }
    }

    /** Whatever stands there, it is full detail. */
    static final class Details {
        private Details() {}

        static String text(ReplyFields reply, String name) {
            return "full";
        }
    }

    /** A group may be of one row. */
    static final class Groups {
        private Groups() {}

        static long integer(ReplyFields view, String name, long min, long max) {
            return name.equals("minGroupSize") ? 0 : view.integer(name, min, max);
        }
    }

    /** Rows have no end. */
    static final class Limits {
        private Limits() {}

        static long integer(ReplyFields view, String name, long min, long max) {
            return name.equals("maxRows") ? max : view.integer(name, min, max);
        }
    }
}
