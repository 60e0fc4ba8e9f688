package io.belvedere.samples;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** What the demo prints: never wider than {@value #WIDTH} columns; in colour on a terminal only, and not with {@code NO_COLOR}. */
final class Screen {
    static final int WIDTH = 100;
    private static final Duration TICK = Duration.ofMillis(500);

    private final PrintStream out;
    private final boolean live;
    private final boolean colour;
    private volatile String note = ""; // written by the work, read by the ticker

    Screen(PrintStream out, boolean terminal, boolean noColour) {
        this.out = out;
        this.live = terminal;
        this.colour = terminal && !noColour;
    }

    @SuppressWarnings("SystemConsoleNull") // it may be null again: JDK 25 went back to its old console
    static Screen ofThisProcess(PrintStream out) {
        var console = System.console();
        var noColour = System.getenv("NO_COLOR");
        var terminal = console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
        return new Screen(out, terminal, noColour != null && !noColour.isEmpty());
    }

    void heading(String text) {
        var title = Cells.cut(text, WIDTH - 4);
        out.println();
        out.println(style("1", "━━ " + title + " " + "━".repeat(WIDTH - 4 - Cells.width(title))));
    }

    void line(String text) {
        out.println(Cells.cut(text, WIDTH));
    }

    void blank() {
        out.println();
    }

    void faint(String text) {
        out.println(style("2", Cells.cut(text, WIDTH)));
    }

    void good(String text) {
        out.println(style("32", "✓ ") + Cells.cut(text, WIDTH - 2));
    }

    void bad(String text) {
        var mark = style("31", "✗ ");
        for (var line : Cells.wrap(text, WIDTH - 2)) {
            out.println(mark + line);
            mark = "  ";
        }
    }

    void person(String name, String what) {
        out.println();
        out.println(style("1;36", name) + Cells.cut("  " + what, WIDTH - Cells.width(name)));
    }

    void paragraph(String text, int indent) {
        for (var line : Cells.wrap(text, WIDTH - indent)) {
            out.println(" ".repeat(indent) + line);
        }
    }

    void table(List<Cells.Column> columns, List<List<String>> rows) {
        Cells.table(columns, rows, WIDTH).forEach(out::println);
    }

    /** Does work that may take a while, and says so while it does. */
    <T> T during(String label, Callable<T> work) throws Exception {
        var begin = System.nanoTime();
        note = "";
        if (!live) {
            out.println("· " + Cells.cut(label, WIDTH - 2));
        }
        var ticker = live
                ? Thread.ofVirtual().start(() -> tick(label, begin))
                : Thread.ofVirtual().unstarted(() -> {});
        try {
            var result = work.call();
            stop(ticker);
            good(label + " " + style("2", seconds(System.nanoTime() - begin)));
            return result;
        } finally {
            stop(ticker);
        }
    }

    /** Says what the work in {@link #during} does now. */
    void note(String what) {
        note = what;
        if (!live) {
            out.println("  " + Cells.cut(what, WIDTH - 2));
        }
    }

    private void stop(Thread ticker) throws InterruptedException {
        if (ticker.isAlive()) {
            ticker.interrupt();
            ticker.join();
            out.print("\r\033[K");
            out.flush();
        }
    }

    private void tick(String label, long begin) {
        try {
            while (true) {
                out.print("\r\033[K· " + Cells.cut(note.isEmpty() ? label : note, WIDTH - 14) + " … "
                        + seconds(System.nanoTime() - begin));
                out.flush();
                Thread.sleep(TICK);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the work is done
        }
    }

    String style(String code, String text) {
        return colour ? "\033[" + code + "m" + text + "\033[0m" : text;
    }

    static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }
}
