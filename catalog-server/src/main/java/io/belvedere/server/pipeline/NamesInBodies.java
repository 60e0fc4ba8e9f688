package io.belvedere.server.pipeline;

import io.belvedere.model.ViewName;
import io.belvedere.model.catalog.Catalog;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The names of a catalog's views, to tell by the words of a body whether it may stand on one: of thousands of views most stand on tables alone,
 * and need not be parsed to know it. Immutable.
 */
final class NamesInBodies {
    /** A name is one word of lower-case letters, digits and underscores, however it is quoted. */
    private static final Pattern WORD = Pattern.compile("[a-z0-9_]+");
    /** A name may hide behind escapes in an identifier that begins with this. */
    private static final String ESCAPED = "u&";

    private final Map<String, Set<String>> namesByDomain = new HashMap<>();

    private NamesInBodies() {}

    static NamesInBodies of(Catalog catalog) {
        NamesInBodies names = new NamesInBodies();
        catalog.views().forEach(view -> names.add(view.id().name()));
        return names;
    }

    private void add(ViewName name) {
        namesByDomain.computeIfAbsent(name.domain(), _ -> new HashSet<>()).add(name.name());
    }

    /** Whether a domain and a view of it are both named in the text; no where the body names no view for certain. */
    boolean mayNameAView(String body) {
        String text = body.toLowerCase(Locale.ROOT);
        if (text.contains(ESCAPED)) {
            return true;
        }
        Set<String> words = WORD.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
        return words.stream()
                .map(word -> namesByDomain.getOrDefault(word, Set.of()))
                .anyMatch(names -> words.stream().anyMatch(names::contains));
    }
}
