package io.belvedere.federation.sql;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a caller's text asks for: rows, a plan, or what policy limits. {@code EXPLAIN query}, {@code EXPLAIN ANALYZE query} and PostgreSQL's
 * {@code EXPLAIN (ANALYZE, FORMAT JSON) query} ask for a plan; so does the standard's {@code EXPLAIN PLAN [AS JSON] FOR query}. {@code EXPLAIN POLICY query} and
 * {@code EXPLAIN (POLICY, FORMAT JSON) query} ask which of the caller's rows and columns policy limits.
 *
 * <p>Only the words in front of the query are read here. What is not one of these forms stays a query, which the parser then
 * refuses at its place.
 */
public sealed interface Asked {
    /** The query alone. In a plan the words in front are blanks, so that places in errors are those of the caller's text. */
    QueryText query();

    /** The query's rows. */
    record Rows(QueryText query) implements Asked {}

    /** The query's plan. */
    record Plan(QueryText query, Run run, Form form) implements Asked {}

    /** What policy limits in the query, for its caller. */
    record Policy(QueryText query, Form form) implements Asked {}

    /** Whether the query is run, and its rows dropped. */
    enum Run {
        NO,
        YES
    }

    /** How a plan is written. */
    enum Form {
        TEXT,
        JSON
    }

    static Asked of(QueryText text) {
        return new Prefix(text.sql())
                .read()
                .map(found -> found.asked(new QueryText(found.query(), text.parameters())))
                .orElseGet(() -> new Rows(text));
    }

    /** Reads the words in front of a query. Used once, by one thread. */
    final class Prefix {
        private static final Pattern GAP = Pattern.compile("(?:\\s++|--[^\\n]*+(?:\\n|$)|/\\*(?!\\+)(?s:.*?)\\*/)++");
        private static final Pattern WORD = Pattern.compile("[A-Za-z]++(?![A-Za-z0-9_$\"])");

        private final String sql;
        private int at;
        private Subject subject = Subject.PLAN;
        private Run run = Run.NO;
        private Form form = Form.TEXT;

        private Prefix(String sql) {
            this.sql = sql;
        }

        private record Found(String query, Subject subject, Run run, Form form) {
            Asked asked(QueryText text) {
                return switch (subject) {
                    case PLAN -> new Plan(text, run, form);
                    case POLICY -> new Policy(text, form);
                };
            }
        }

        private enum Subject {
            PLAN,
            POLICY
        }

        private Optional<Found> read() {
            if (!take("EXPLAIN")) {
                return Optional.empty();
            }
            boolean right = take("PLAN") ? standard() : take("POLICY") ? policy() : options();
            // The policy of a query is decided without running it.
            boolean both = subject == Subject.POLICY && run == Run.YES;
            return right && !both ? Optional.of(new Found(blanked(), subject, run, form)) : Optional.empty();
        }

        private boolean standard() {
            if (take("AS") && !format()) {
                return false;
            }
            return take("FOR");
        }

        private boolean policy() {
            subject = Subject.POLICY;
            if (take("AS")) {
                return format() && take("FOR");
            }
            boolean _ = take("FOR");
            return true;
        }

        private boolean options() {
            if (take("ANALYZE")) {
                run = Run.YES;
            }
            // A query may stand in brackets too: these are options only where an option's name comes first.
            int before = at;
            if (!takeSymbol('(') || !(peek("ANALYZE") || peek("FORMAT") || peek("POLICY"))) {
                at = before;
                return true;
            }
            do {
                if (!option()) {
                    return false;
                }
            } while (takeSymbol(','));
            return takeSymbol(')');
        }

        private boolean option() {
            if (take("FORMAT")) {
                return format();
            }
            if (take("POLICY")) {
                subject = Subject.POLICY;
                return true;
            }
            if (!take("ANALYZE")) {
                return false;
            }
            run = take("FALSE") || take("OFF") ? Run.NO : Run.YES;
            if (run == Run.YES && !take("TRUE")) {
                take("ON");
            }
            return true;
        }

        private boolean format() {
            if (take("JSON")) {
                form = Form.JSON;
                return true;
            }
            form = Form.TEXT;
            return take("TEXT");
        }

        private boolean peek(String word) {
            int before = at;
            boolean found = take(word);
            at = before;
            return found;
        }

        private boolean take(String word) {
            int from = afterGap();
            Matcher found = WORD.matcher(sql).region(from, sql.length());
            if (!found.lookingAt() || !found.group().toUpperCase(Locale.ROOT).equals(word)) {
                return false;
            }
            at = found.end();
            return true;
        }

        private boolean takeSymbol(char symbol) {
            int from = afterGap();
            if (from >= sql.length() || sql.charAt(from) != symbol) {
                return false;
            }
            at = from + 1;
            return true;
        }

        private int afterGap() {
            Matcher gap = GAP.matcher(sql).region(at, sql.length());
            return gap.lookingAt() ? gap.end() : at;
        }

        private String blanked() {
            return sql.substring(0, at).replaceAll("[^\\n]", " ") + sql.substring(at);
        }
    }
}
