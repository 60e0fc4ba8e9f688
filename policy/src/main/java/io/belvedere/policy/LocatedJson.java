package io.belvedere.policy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JSON document of which every part knows where it stands, so that a mistake can be named by line and column.
 *
 * <p>Strict: duplicate keys, comments, trailing text and numbers that are not numbers are refused.
 */
sealed interface LocatedJson {
    int DEPTH_MAX = 32;
    int NAME_CHARACTERS_MAX = 1_000;
    int TEXT_CHARACTERS_MAX = 10_000;
    int NUMBER_CHARACTERS_MAX = 50;

    Place place();

    /** Where a part begins; line and column from 1. */
    record Place(int line, int column) {}

    /** A name and what stands under it. */
    record Member(Place namePlace, LocatedJson value) {}

    record Obj(Place place, Map<String, Member> members) implements LocatedJson {}

    record Arr(Place place, List<LocatedJson> values) implements LocatedJson {}

    record Text(Place place, String value) implements LocatedJson {}

    record Numeric(Place place, BigDecimal value) implements LocatedJson {}

    record Bool(Place place, boolean value) implements LocatedJson {}

    record Nil(Place place) implements LocatedJson {}

    /** The document, or the first place at which it is not one. */
    sealed interface Parsed {
        record Document(LocatedJson root) implements Parsed {}

        record Broken(Place place, String message) implements Parsed {}
    }

    JsonFactory STRICT = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxNameLength(NAME_CHARACTERS_MAX)
                    .maxStringLength(TEXT_CHARACTERS_MAX)
                    .maxNumberLength(NUMBER_CHARACTERS_MAX)
                    .build())
            .build();

    static Parsed parse(byte[] text) {
        try (JsonParser parser = STRICT.createParser(text)) {
            if (parser.nextToken() == null) {
                return new Parsed.Broken(new Place(1, 1), "the file is empty");
            }
            LocatedJson root = read(parser);
            if (parser.nextToken() != null) {
                return new Parsed.Broken(place(parser.currentTokenLocation()), "text after the end of the document");
            }
            return new Parsed.Document(root);
        } catch (JsonProcessingException e) {
            Place place = e.getLocation() == null ? new Place(1, 1) : place(e.getLocation());
            return new Parsed.Broken(place, words(e));
        } catch (IOException e) {
            return new Parsed.Broken(new Place(1, 1), "not text in UTF-8");
        }
    }

    /** Ours, because the parser's own words quote what stands in the file. */
    private static String words(JsonProcessingException refused) {
        String reason = String.valueOf(refused.getOriginalMessage());
        if (refused instanceof JsonEOFException) {
            return "not JSON: the file ends before a text, a } or a ] is closed";
        }
        if (refused instanceof StreamConstraintsException) {
            return "at most " + DEPTH_MAX + " levels, names of " + NAME_CHARACTERS_MAX + " characters, texts of "
                    + TEXT_CHARACTERS_MAX + " and numbers of " + NUMBER_CHARACTERS_MAX;
        }
        return reason.startsWith("Duplicate field")
                ? "this name stands above already; keep one of them"
                : "not JSON: a name or text without its quotes, a comma too many or missing, a comment, or an odd number or character";
    }

    private static LocatedJson read(JsonParser parser) throws IOException {
        Place place = place(parser.currentTokenLocation());
        return switch (parser.currentToken()) {
            case START_OBJECT -> readObject(parser, place);
            case START_ARRAY -> readArray(parser, place);
            case VALUE_STRING -> new Text(place, parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Numeric(place, parser.getDecimalValue());
            case VALUE_TRUE -> new Bool(place, true);
            case VALUE_FALSE -> new Bool(place, false);
            case VALUE_NULL -> new Nil(place);
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
                throw new IllegalStateException("a parser of whole documents gave no value");
        };
    }

    private static LocatedJson readObject(JsonParser parser, Place place) throws IOException {
        Map<String, Member> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            Place namePlace = place(parser.currentTokenLocation());
            parser.nextToken();
            members.put(name, new Member(namePlace, read(parser)));
        }
        return new Obj(place, members);
    }

    private static LocatedJson readArray(JsonParser parser, Place place) throws IOException {
        List<LocatedJson> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            values.add(read(parser));
        }
        return new Arr(place, values);
    }

    private static Place place(JsonLocation location) {
        return new Place(Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
    }
}
