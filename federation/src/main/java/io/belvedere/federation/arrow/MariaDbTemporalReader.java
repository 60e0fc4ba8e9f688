package io.belvedere.federation.arrow;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDate;

/**
 * MariaDB and MySQL: the text as the server sends it, because the driver makes NULL of a zero date. Sessions run in UTC, so a
 * {@code TIMESTAMP} is already an instant in UTC.
 */
enum MariaDbTemporalReader implements TemporalReader {
    INSTANCE;

    private static final long SECOND_MICROS = 1_000_000;
    private static final long DAY_SECONDS = 86_400;
    private static final int DATE_LENGTH = 10;
    private static final int FRACTION_DIGITS = 6;
    private static final int HOURS_MAX = 23;
    private static final int SIXTIES_MAX = 59;

    @Override
    public long days(ResultSet rows, int index) throws SQLException {
        String text = rows.getString(index);
        if (text == null) {
            return absent(rows);
        }
        if (text.length() != DATE_LENGTH) {
            throw DataErrors.unfit();
        }
        return date(text);
    }

    @Override
    public long timeMicros(ResultSet rows, int index) throws SQLException {
        String text = rows.getString(index);
        return text == null ? absent(rows) : time(text, 0);
    }

    @Override
    public long timestampMicros(ResultSet rows, int index) throws SQLException {
        String text = rows.getString(index);
        if (text == null) {
            return absent(rows);
        }
        long day = date(text);
        long time = text.length() == DATE_LENGTH ? 0 : time(text, DATE_LENGTH + 1);
        return day * DAY_SECONDS * SECOND_MICROS + time;
    }

    @Override
    public long instantMicros(ResultSet rows, int index) throws SQLException {
        return timestampMicros(rows, index);
    }

    private static long absent(ResultSet rows) throws SQLException {
        if (!rows.wasNull()) {
            throw DataErrors.unfit();
        }
        return ABSENT;
    }

    /** {@code YYYY-MM-DD} at the beginning of the text. */
    private static long date(String text) {
        if (text.length() < DATE_LENGTH || text.charAt(4) != '-' || text.charAt(7) != '-') {
            throw DataErrors.unfit();
        }
        int year = number(text, 0, 4);
        int month = number(text, 5, 7);
        int day = number(text, 8, 10);
        if (month == 0 || day == 0) {
            throw DataErrors.unfit();
        }
        try {
            return LocalDate.of(year, month, day).toEpochDay();
        } catch (DateTimeException e) {
            throw DataErrors.unfit();
        }
    }

    /** {@code HH:MM:SS[.ffffff]} from {@code at} to the end. */
    private static long time(String text, int at) {
        int length = text.length();
        if (length < at + 8 || text.charAt(at + 2) != ':' || text.charAt(at + 5) != ':') {
            throw DataErrors.unfit();
        }
        int hours = number(text, at, at + 2);
        int minutes = number(text, at + 3, at + 5);
        int seconds = number(text, at + 6, at + 8);
        if (hours > HOURS_MAX || minutes > SIXTIES_MAX || seconds > SIXTIES_MAX) {
            throw DataErrors.unfit();
        }
        return ((hours * 60L + minutes) * 60 + seconds) * SECOND_MICROS + fraction(text, at + 8);
    }

    private static long fraction(String text, int at) {
        if (at == text.length()) {
            return 0;
        }
        int digits = text.length() - at - 1;
        if (text.charAt(at) != '.' || digits < 1 || digits > FRACTION_DIGITS) {
            throw DataErrors.unfit();
        }
        long value = number(text, at + 1, text.length());
        for (int i = digits; i < FRACTION_DIGITS; i++) {
            value *= 10;
        }
        return value;
    }

    private static int number(String text, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                throw DataErrors.unfit();
            }
            value = value * 10 + (digit - '0');
        }
        return value;
    }
}
