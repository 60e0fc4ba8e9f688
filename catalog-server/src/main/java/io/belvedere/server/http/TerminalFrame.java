package io.belvedere.server.http;

import io.belvedere.server.pipeline.ResultEnd;
import java.io.IOException;
import java.io.UncheckedIOException;

/** How a result ended, in the words of REST, for doors that are not HTTP. */
public final class TerminalFrame {
    private TerminalFrame() {}

    /** One JSON object in one line. */
    public static String json(ResultEnd end) {
        try {
            return JsonCells.frame(end);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
