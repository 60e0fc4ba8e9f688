package io.belvedere.server.pipeline;

/** A stack trace without the messages: a driver's message may quote a row, and a log has more readers than a row. */
public final class SafeTrace {
    private static final int FRAMES_MAX = 40;
    private static final int CAUSES_MAX = 10;

    private SafeTrace() {}

    /** Classes and frames of the exception and its causes. */
    public static String of(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        Throwable each = thrown;
        for (int depth = 0; each != null && depth < CAUSES_MAX; depth++, each = each.getCause()) {
            text.append('\n')
                    .append(depth == 0 ? "" : "caused by ")
                    .append(each.getClass().getName());
            StackTraceElement[] frames = each.getStackTrace();
            for (int i = 0; i < Math.min(frames.length, FRAMES_MAX); i++) {
                text.append("\n    at ").append(frames[i]);
            }
        }
        return text.toString();
    }

    /** The classes of the causes, in one line. */
    public static String causes(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        Throwable each = thrown.getCause();
        for (int depth = 0; each != null && depth < CAUSES_MAX; depth++, each = each.getCause()) {
            text.append(depth == 0 ? " (" : " < ").append(each.getClass().getName());
        }
        return text.isEmpty() ? "" : text.append(')').toString();
    }
}
