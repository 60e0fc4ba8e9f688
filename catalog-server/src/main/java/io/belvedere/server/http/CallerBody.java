package io.belvedere.server.http;

import static io.belvedere.server.ServerError.REQUEST_INVALID;

import io.belvedere.model.access.Caller;
import io.belvedere.model.error.BelvedereException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A caller as somebody describes one, to see what policy would say to them. Nobody has to be there who is like that. */
@Schema(name = "PreviewedCaller", description = "A caller, described: nobody has to be there who is like that.")
public record CallerBody(
        @Schema(description = "Who vouches for the subject; preview when left out.") @Nullable
        String issuer,

        @Schema(description = "The issuer's id of the caller; preview when left out.") @Nullable
        String subject,

        @Schema(
                description = "human when left out.",
                enumeration = {"human", "service", "agent"})
        @Nullable
        String kind,

        @Schema(description = "The subject of what acts for the caller; for the kind agent.") @Nullable
        String agent,

        @Nullable List<@Nullable String> roles,
        @Nullable Map<String, @Nullable String> attributes) {
    private static final int TEXT_LENGTH_MAX = 500;

    /** The caller; {@code REQUEST_INVALID}, without quoting anything, for a description that is none. */
    static Caller caller(@Nullable CallerBody body, String where) {
        if (body == null) {
            throw REQUEST_INVALID.error("The body has no " + where
                    + "; it is {\"subject\": \"…\", \"kind\": \"human\", \"roles\": […], \"attributes\": {…}}.");
        }
        List<String> roles = present(body.roles == null ? List.of() : body.roles, where);
        Map<String, @Nullable String> given = body.attributes == null ? Map.of() : body.attributes;
        Map<String, String> attributes = new TreeMap<>();
        given.forEach((name, value) -> attributes.put(name, present(value, where)));
        boolean tooLong = Stream.of(
                        Stream.of(word(body.issuer), word(body.subject), word(body.agent)),
                        roles.stream(),
                        attributes.keySet().stream(),
                        attributes.values().stream())
                .flatMap(texts -> texts)
                .anyMatch(text -> text.length() > TEXT_LENGTH_MAX);
        if (tooLong) {
            throw invalid(where);
        }
        try {
            String issuer = body.issuer == null ? "preview" : body.issuer;
            String subject = body.subject == null ? "preview" : body.subject;
            return new Caller(
                    issuer,
                    subject,
                    subject,
                    kind(body.kind),
                    new HashSet<>(roles),
                    attributes,
                    Optional.ofNullable(body.agent).map(agent -> new Caller.Agent(issuer, agent)));
        } catch (IllegalArgumentException notOne) {
            throw invalid(where);
        }
    }

    private static Caller.Kind kind(@Nullable String word) {
        if (word == null) {
            return Caller.Kind.HUMAN;
        }
        if (!word.equals(word.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("a kind is a word in lower-case");
        }
        return Caller.Kind.valueOf(word.toUpperCase(Locale.ROOT));
    }

    private static List<String> present(List<@Nullable String> texts, String where) {
        return texts.stream().map(text -> present(text, where)).toList();
    }

    private static String present(@Nullable String text, String where) {
        if (text == null) {
            throw invalid(where);
        }
        return text;
    }

    private static String word(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static BelvedereException invalid(String where) {
        return REQUEST_INVALID.error("What stands under " + where + " is no caller: texts of at most " + TEXT_LENGTH_MAX
                + " characters, a kind of human, service or agent (with an agent, and only there), at most "
                + Caller.ROLES_MAX + " roles and " + Caller.ATTRIBUTES_MAX + " attributes.");
    }
}
