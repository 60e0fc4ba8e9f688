package io.belvedere.model.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import java.util.Optional;

/** The text of a catalog file, after everything was refused that a reader of the file could not see. */
final class FileText {
    static final int BYTES_MAX = 256 * 1024;

    private final String text;
    private final List<String> lines;

    private FileText(String text) {
        this.text = text;
        this.lines = text.lines().toList();
    }

    /** Reads a regular file; empty when there is a problem, which is then reported. */
    static Optional<FileText> load(Path file, Problems problems) {
        byte[] bytes;
        try (InputStream stream = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            bytes = stream.readNBytes(BYTES_MAX + 1);
        } catch (IOException unreadable) {
            problems.add(
                    DiagnosticCode.FILE_UNREADABLE,
                    Position.START,
                    "The server cannot read this file; check its permissions.");
            return Optional.empty();
        }
        return of(bytes, problems);
    }

    static Optional<FileText> of(byte[] bytes, Problems problems) {
        if (bytes.length > BYTES_MAX) {
            problems.add(
                    DiagnosticCode.FILE_TOO_LARGE,
                    Position.START,
                    "A catalog file has at most " + BYTES_MAX + " bytes; split the definition.");
            return Optional.empty();
        }
        CharBuffer characters = CharBuffer.allocate(bytes.length);
        ByteBuffer input = ByteBuffer.wrap(bytes);
        boolean broken = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(input, characters, true)
                .isError();
        String text = characters.flip().toString();
        if (broken) {
            problems.add(
                    DiagnosticCode.TEXT_NOT_UTF8,
                    positionOf(text, text.length()),
                    "A catalog file is UTF-8; this byte is not. Save the file as UTF-8.");
            return Optional.empty();
        }
        return isVisible(text, problems) ? Optional.of(new FileText(text)) : Optional.empty();
    }

    private static boolean isVisible(String text, Problems problems) {
        int invisible = Characters.firstInvisible(text);
        if (invisible >= 0) {
            problems.add(
                    DiagnosticCode.TEXT_INVISIBLE,
                    positionOf(text, invisible),
                    Characters.describe(text.codePointAt(invisible)) + " is not accepted; remove it.");
        } else if (!Normalizer.isNormalized(text, Normalizer.Form.NFC)) {
            problems.add(
                    DiagnosticCode.TEXT_NOT_NFC,
                    positionOf(text, Characters.firstNotNormal(text)),
                    "The text from here on is not in normalization form C, so that equal words may differ; normalize the file.");
        }
        return problems.none();
    }

    String text() {
        return text;
    }

    /** A line without its end; empty past the end of the file. */
    String line(int number) {
        return number <= lines.size() ? lines.get(number - 1) : "";
    }

    private static Position positionOf(String text, int index) {
        int line = 1;
        int lineStart = 0;
        for (int at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) {
            line++;
            lineStart = at + 1;
        }
        return new Position(line, text.codePointCount(lineStart, index) + 1);
    }
}
