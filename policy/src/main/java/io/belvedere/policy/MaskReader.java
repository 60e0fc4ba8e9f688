package io.belvedere.policy;

import io.belvedere.model.DataType;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.view.ColumnContract;
import java.util.Optional;
import java.util.Set;

/** Reads the one mask of a column: a word of the catalogue, exactly its parameter, and a type it can be computed on. */
final class MaskReader {
    private MaskReader() {}

    static Mask read(ReplyFields fields, ColumnContract column) {
        MaskForm form = MaskForm.find(fields.text("mask"))
                .orElseThrow(() -> ReplyFields.invalid(fields.at(), "an unknown mask"));
        fields.only(
                form.parameter().map(name -> Set.of("mask", name)).orElse(Set.of("mask")), Set.copyOf(form.others()));
        Mask mask = mask(form, fields, column.type());
        if (!mask.accepts(column.type())) {
            throw ReplyFields.invalid(fields.at(), form.word() + " cannot be computed on " + column.type());
        }
        return mask;
    }

    private static Mask mask(MaskForm form, ReplyFields fields, DataType type) {
        return switch (form) {
            case NONE -> new Mask.None();
            case HIDDEN -> new Mask.Hidden();
            case NULL -> new Mask.Null();
            case CONSTANT -> new Mask.Constant(constant(fields, type));
            case REDACT -> new Mask.Redact();
            case KEEP_FIRST -> new Mask.KeepFirst((int) fields.integer("characters", 1, 64));
            case KEEP_LAST -> new Mask.KeepLast((int) fields.integer("characters", 1, 64));
            case EMAIL -> new Mask.Email();
            case DATE_TRUNC -> new Mask.DateTrunc(unit(fields));
            case BUCKET -> new Mask.Bucket(fields.integer("width", 1, Long.MAX_VALUE));
            case HASH ->
                new Mask.Hash(
                        fields.text("salt"),
                        fields.object().has("key") ? Optional.of(fields.text("key")) : Optional.empty());
        };
    }

    private static Literal constant(ReplyFields fields, DataType type) {
        return LiteralReader.find(fields.value("value"), type)
                .orElseThrow(() -> ReplyFields.invalid(fields.at("value"), "a value that does not fit " + type));
    }

    private static Mask.DateTrunc.Unit unit(ReplyFields fields) {
        return switch (fields.text("unit")) {
            case "month" -> Mask.DateTrunc.Unit.MONTH;
            case "quarter" -> Mask.DateTrunc.Unit.QUARTER;
            case "year" -> Mask.DateTrunc.Unit.YEAR;
            default -> throw ReplyFields.invalid(fields.at("unit"), "an unknown unit");
        };
    }
}
