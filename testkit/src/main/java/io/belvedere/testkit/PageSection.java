package io.belvedere.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A part of a page of the documentation that a test writes: what stands between {@code <!-- name -->} and {@code <!-- end of name -->}. */
public record PageSection(Path page, String name) {
    /** What the page says now; {@code IllegalStateException} where it has no such part. */
    public String read() throws IOException {
        String text = Files.readString(page);
        return text.substring(begin(text), end(text));
    }

    /** Writes the part anew, and leaves the rest of the page as it is. */
    public void write(String part) throws IOException {
        String text = Files.readString(page);
        Files.writeString(page, text.substring(0, begin(text)) + part + text.substring(end(text)));
    }

    private int begin(String text) {
        String mark = "<!-- " + name + " -->\n";
        return found(text, mark) + mark.length();
    }

    private int end(String text) {
        return found(text, "<!-- end of " + name + " -->\n");
    }

    private int found(String text, String mark) {
        int at = text.indexOf(mark);
        if (at < 0) {
            throw new IllegalStateException(page + " has no " + mark.strip());
        }
        return at;
    }
}
