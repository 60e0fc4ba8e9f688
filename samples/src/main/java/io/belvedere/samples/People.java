package io.belvedere.samples;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** Names of people as their languages write them, and the Latin spelling that goes into an e-mail address. */
final class People {
    private static final Pattern MARKS = Pattern.compile("\\p{M}+");
    private static final Pattern NOT_MAIL = Pattern.compile("[^a-z0-9]+");
    // Domains that nobody can own (RFC 2606), so that no message ever reaches a stranger.
    private static final List<String> DOMAINS =
            List.of("mail.example", "example.com", "post.example.org", "kaffee.example", "example.net", "büro.example");
    private static final List<String> FAMILY_FIRST = List.of("ja", "zh", "ko", "hu", "vi");
    // Last, because it is made with the patterns above.
    private static final Map<String, List<Word>> WORDS = words();

    private People() {}

    record Word(String written, String latin) {}

    record Name(Word given, Word family, String language) {

        String full() {
            if (!FAMILY_FIRST.contains(language)) {
                return given.written + " " + family.written;
            }
            var space = language.equals("hu") || language.equals("vi") ? " " : "";
            return family.written + space + given.written;
        }
    }

    static Name draw(String language, RandomGenerator chance) {
        return new Name(word(language + ".given", chance), word(language + ".family", chance), language);
    }

    private static Word word(String list, RandomGenerator chance) {
        return Draw.pick(words(list), chance);
    }

    private static List<Word> words(String list) {
        var words = WORDS.get(list);
        if (words == null) {
            throw new IllegalStateException("No word list " + list);
        }
        return words;
    }

    static String email(Name name, long id, RandomGenerator chance) {
        var domain = Draw.pick(DOMAINS, chance);
        var given = mailPart(name.given().latin());
        var family = mailPart(name.family().latin());
        return switch (chance.nextInt(10)) {
            case 0 -> given.charAt(0) + family + id + "@" + domain;
            case 1 -> given + "_" + family + "+coffee" + id + "@" + domain;
            case 2 -> Character.toUpperCase(given.charAt(0)) + given.substring(1) + "." + family + id + "@" + domain;
            default -> given + "." + family + id + "@" + domain;
        };
    }

    private static String mailPart(String latin) {
        return NOT_MAIL.matcher(latin).replaceAll("");
    }

    private static Map<String, List<Word>> words() {
        var lists = new HashMap<String, List<Word>>();
        Texts.lines("people.txt").forEach(line -> {
            var equals = line.indexOf('=');
            var words = Arrays.stream(line.substring(equals + 1).split(",", -1))
                    .map(People::word)
                    .toList();
            lists.put(line.substring(0, equals), words);
        });
        return Map.copyOf(lists);
    }

    private static Word word(String text) {
        var slash = text.indexOf('/');
        return slash < 0 ? new Word(text, latin(text)) : new Word(text.substring(0, slash), text.substring(slash + 1));
    }

    /** Letters without their marks; letters that are not a base and a mark in Unicode are spelled out. */
    static String latin(String text) {
        var spelled = text.replace("ß", "ss")
                .replace("ł", "l")
                .replace("Ł", "L")
                .replace("ø", "o")
                .replace("đ", "d")
                .replace("Đ", "D")
                .replace("ı", "i")
                .replace("İ", "I");
        return MARKS.matcher(Normalizer.normalize(spelled, Normalizer.Form.NFD))
                .replaceAll("")
                .toLowerCase(Locale.ROOT);
    }
}
