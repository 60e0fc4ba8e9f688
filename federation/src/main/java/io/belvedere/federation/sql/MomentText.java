package io.belvedere.federation.sql;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Texts that say a day or a moment, as in {@code promised_on > '2026-01-31'}: {@code YYYY-MM-DD}, and with a time {@code YYYY-MM-DD HH:MM:SS} with up to
 * six digits of a second's fraction (ISO 8601, a T for the space allowed). No engine reads these in another way, so they can be read once, here; whatever
 * else a text may say is left to the engine.
 */
public final class MomentText {
    private static final Pattern FORM =
            Pattern.compile("\\d{4}-\\d{2}-\\d{2}(?:[ T]\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{1,6})?)?");

    private static final int DAY_LENGTH = "YYYY-MM-DD".length();

    private MomentText() {}

    /** Whether the text has one of the forms; the day in it need not exist. */
    static boolean isOne(String text) {
        return FORM.matcher(text).matches();
    }

    /** The day; empty for any other text, one with a time too. */
    public static Optional<LocalDate> day(String text) {
        return text.length() == DAY_LENGTH ? moment(text).map(LocalDateTime::toLocalDate) : Optional.empty();
    }

    /** The moment, which for a day is its beginning; empty for any other text. */
    public static Optional<LocalDateTime> moment(String text) {
        if (!isOne(text)) {
            return Optional.empty();
        }
        try {
            LocalDateTime read = text.length() == DAY_LENGTH
                    ? LocalDate.parse(text).atStartOfDay()
                    : LocalDateTime.parse(text.replace(' ', 'T'));
            return Optional.of(read).filter(moment -> Constants.isWritable(moment.toLocalDate()));
        } catch (DateTimeException noSuchDay) {
            return Optional.empty();
        }
    }
}
