package io.belvedere.model.yaml;

import io.belvedere.model.yaml.YamlNode.Entry;
import io.belvedere.model.yaml.YamlNode.Mapping;
import io.belvedere.model.yaml.YamlNode.Scalar;
import io.belvedere.model.yaml.YamlNode.Sequence;
import io.belvedere.model.yaml.YamlNode.Style;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * One YAML document to a tree of nodes, read from the parser's events, so that every limit holds before anything is built.
 *
 * <p>Only SnakeYAML's scanner and parser are used. Its composer, which follows aliases, and its constructor, which makes the
 * objects that tags name, are never reached.
 */
final class YamlTree {
    static final int DEPTH_MAX = 30;
    static final int NODES_MAX = 25_000;

    private final ParserImpl parser;
    private final Problems problems;
    private int nodes;

    private YamlTree(ParserImpl parser, Problems problems) {
        this.parser = parser;
        this.problems = problems;
    }

    /** The root of the only document; empty when there is a problem, which is then reported. */
    static Optional<YamlNode> parse(FileText file, Problems problems) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(FileText.BYTES_MAX);
        YamlTree tree = new YamlTree(new ParserImpl(new StreamReader(file.text()), options), problems);
        try {
            YamlNode root = tree.document();
            return problems.none() ? Optional.of(root) : Optional.empty();
        } catch (Stop _) {
            return Optional.empty();
        } catch (MarkedYAMLException malformed) {
            problems.add(
                    YamlFaults.code(malformed), position(malformed.getProblemMark()), YamlFaults.message(malformed));
            return Optional.empty();
        } catch (YAMLException unreadable) {
            problems.add(DiagnosticCode.YAML_INVALID, Position.START, YamlFaults.GENERAL);
            return Optional.empty();
        }
    }

    private YamlNode document() throws Stop {
        parser.getEvent(); // the start of the stream
        Event start = parser.getEvent();
        if (!(start instanceof DocumentStartEvent document)) {
            throw stop(
                    DiagnosticCode.YAML_EMPTY,
                    start,
                    "The file is empty; it needs apiVersion, kind, metadata and spec.");
        }
        @Nullable Map<String, String> tags = document.getTags();
        if (document.getVersion() != null || (tags != null && !tags.isEmpty())) {
            throw stop(DiagnosticCode.YAML_DIRECTIVE, start, "Remove the lines that begin with '%'.");
        }
        YamlNode root = node(parser.getEvent(), 1);
        parser.getEvent(); // the end of the document
        Event next = parser.getEvent();
        if (!next.is(Event.ID.StreamEnd)) {
            throw stop(
                    DiagnosticCode.YAML_DOCUMENTS,
                    next,
                    "One file holds one definition; put the next one in its own file.");
        }
        return root;
    }

    private YamlNode node(Event event, int depth) throws Stop {
        if (++nodes > NODES_MAX) {
            throw stop(DiagnosticCode.YAML_TOO_LARGE, event, "A catalog file has at most " + NODES_MAX + " values.");
        }
        if (depth > DEPTH_MAX) {
            throw stop(DiagnosticCode.YAML_TOO_DEEP, event, "A catalog file is at most " + DEPTH_MAX + " levels deep.");
        }
        refuseAnchor(event);
        return switch (event) {
            case ScalarEvent scalar -> scalar(scalar);
            case SequenceStartEvent start -> sequence(start, depth);
            case MappingStartEvent start -> mapping(start, depth);
            default ->
                new Scalar(position(event.getStartMark()), "", Style.PLAIN); // an alias, which is refused already
        };
    }

    private void refuseAnchor(Event event) throws Stop {
        Position at = position(event.getStartMark());
        if (event instanceof AliasEvent || (event instanceof NodeEvent named && named.getAnchor() != null)) {
            report(DiagnosticCode.YAML_ALIAS, at, "Write the value out; anchors (&) and aliases (*) are not accepted.");
        }
        @Nullable
        String tag = switch (event) {
            case ScalarEvent scalar -> scalar.getTag();
            case CollectionStartEvent start -> start.getTag();
            default -> null;
        };
        if (tag != null) {
            report(DiagnosticCode.YAML_TAG, at, "Remove the tag; a value's type comes from its place.");
        }
    }

    private Scalar scalar(ScalarEvent event) throws Stop {
        Position at = position(event.getStartMark());
        String value = event.getValue();
        if (event.getScalarStyle() == ScalarStyle.DOUBLE_QUOTED) {
            refuseEscaped(at, value);
        }
        return new Scalar(at, value, style(event.getScalarStyle()));
    }

    /** What the file's text may not hold, an escape may not bring in. */
    private void refuseEscaped(Position at, String value) throws Stop {
        int invisible = Characters.firstInvisible(value);
        if (invisible >= 0) {
            String character = Characters.describe(value.codePointAt(invisible));
            report(DiagnosticCode.TEXT_INVISIBLE, at, character + " is not accepted, as an escape neither; remove it.");
        } else if (!Normalizer.isNormalized(value, Normalizer.Form.NFC)) {
            report(
                    DiagnosticCode.TEXT_NOT_NFC,
                    at,
                    "The value is not in normalization form C once its escapes are read.");
        }
    }

    private Sequence sequence(SequenceStartEvent start, int depth) throws Stop {
        List<YamlNode> items = new ArrayList<>();
        for (Event next = parser.getEvent(); !next.is(Event.ID.SequenceEnd); next = parser.getEvent()) {
            items.add(node(next, depth + 1));
        }
        return new Sequence(position(start.getStartMark()), items);
    }

    private Mapping mapping(MappingStartEvent start, int depth) throws Stop {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (Event next = parser.getEvent(); !next.is(Event.ID.MappingEnd); next = parser.getEvent()) {
            YamlNode key = node(next, depth + 1);
            YamlNode value = node(parser.getEvent(), depth + 1);
            addEntry(entries, key, value);
        }
        return new Mapping(position(start.getStartMark()), entries);
    }

    private void addEntry(Map<String, Entry> entries, YamlNode key, YamlNode value) throws Stop {
        if (!(key instanceof Scalar word) || word.value().isEmpty()) {
            report(
                    DiagnosticCode.YAML_KEY,
                    key.position(),
                    "A key is a plain word; a template like {{…}} is not accepted.");
            return;
        }
        if (word.value().equals("<<")) {
            report(
                    DiagnosticCode.YAML_MERGE_KEY,
                    key.position(),
                    "Write the keys out; merge keys (<<) are not accepted.");
            return;
        }
        if (entries.putIfAbsent(word.value(), new Entry(key.position(), value)) != null) {
            report(
                    DiagnosticCode.YAML_DUPLICATE_KEY,
                    key.position(),
                    "This key stands above already; keep one of them.");
        }
    }

    private void report(DiagnosticCode code, Position at, String message) throws Stop {
        problems.add(code, at, message);
        if (problems.full()) {
            throw new Stop();
        }
    }

    private Stop stop(DiagnosticCode code, Event at, String message) {
        problems.add(code, position(at.getStartMark()), message);
        return new Stop();
    }

    private static Position position(@Nullable Mark mark) {
        return mark == null ? Position.START : new Position(mark.getLine() + 1, mark.getColumn() + 1);
    }

    private static Style style(ScalarStyle style) {
        return switch (style) {
            case PLAIN, JSON_SCALAR_STYLE -> Style.PLAIN;
            case SINGLE_QUOTED -> Style.SINGLE_QUOTED;
            case DOUBLE_QUOTED -> Style.DOUBLE_QUOTED;
            case LITERAL -> Style.LITERAL;
            case FOLDED -> Style.FOLDED;
        };
    }

    /** Ends the reading of a file whose problem is reported. */
    private static final class Stop extends Exception {
        private static final long serialVersionUID = 1L;

        Stop() {
            super(null, null, false, false);
        }
    }
}
