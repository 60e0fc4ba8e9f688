package io.belvedere.policy;

import io.belvedere.model.Classification;
import io.belvedere.model.ViewName;
import io.belvedere.model.yaml.Diagnostic;
import io.belvedere.policy.LocatedJson.Arr;
import io.belvedere.policy.LocatedJson.Member;
import io.belvedere.policy.LocatedJson.Numeric;
import io.belvedere.policy.LocatedJson.Obj;
import io.belvedere.policy.LocatedJson.Place;
import io.belvedere.policy.LocatedJson.Text;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Whether a {@code data.json} is one that the shipped policy understands, to the letter: an unknown word is refused, because
 * a rule that is misspelt would otherwise be a rule that is missing.
 *
 * <p>The format is published as {@code docs/schemas/policy-data.schema.json}.
 */
final class PolicyDataCheck {
    static final int ROLES_MAX = 1_000;
    private static final BigDecimal ROWS_MAX = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final BigDecimal GROUP_SIZE_MAX = BigDecimal.valueOf(Integer.MAX_VALUE);
    private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,99}");
    private static final Pattern KEY = Pattern.compile("[a-z0-9][a-z0-9_-]{0,15}");
    private static final Pattern SALTING_ATTRIBUTE = Pattern.compile("attribute\\..*\\S.*");
    private static final Pattern ROLE = Pattern.compile("\\P{Cntrl}{1,200}");
    private static final Set<String> ROLE_FIELDS = Set.of(
            "access",
            "kinds",
            "purposes",
            "preview",
            "administer",
            "breakGlass",
            "domains",
            "tags",
            "rows",
            "masks",
            "maxRows",
            "exportMaxRows",
            "minGroupSize",
            "detail");

    private static final Set<String> KINDS = Set.of("human", "service", "agent");

    private final String file;
    private final List<Diagnostic> problems = new ArrayList<>();

    private PolicyDataCheck(String file) {
        this.file = file;
    }

    /** What is wrong in a document of the shipped policy; nothing when it can be used. */
    static List<Diagnostic> check(String file, LocatedJson root) {
        PolicyDataCheck check = new PolicyDataCheck(file);
        check.requireRevision(root).ifPresent(check::belvedere);
        return List.copyOf(check.problems);
    }

    /** What is wrong in a document of any policy: it must at least say its revision. */
    static List<Diagnostic> checkRevision(String file, LocatedJson root) {
        PolicyDataCheck check = new PolicyDataCheck(file);
        check.requireRevision(root);
        return List.copyOf(check.problems);
    }

    /** The revision of a document that was checked. */
    static String revision(LocatedJson root) {
        if (root instanceof Obj document
                && document.members().get("belvedere") instanceof Member(Place _, Obj belvedere)
                && belvedere.members().get("revision") instanceof Member(Place _, Text revision)) {
            return revision.value();
        }
        throw new IllegalStateException("a document without a revision was not refused");
    }

    /** Whether {@code "mask": "…"} stands anywhere in it. */
    static boolean names(LocatedJson json, String mask) {
        return switch (json) {
            case Obj object ->
                (object.members().get("mask") instanceof Member(Place _, Text word)
                                && word.value().equals(mask))
                        || object.members().values().stream().anyMatch(member -> names(member.value(), mask));
            case Arr list -> list.values().stream().anyMatch(element -> names(element, mask));
            case Text _, Numeric _, LocatedJson.Bool _, LocatedJson.Nil _ -> false;
        };
    }

    private Optional<Obj> requireRevision(LocatedJson root) {
        Optional<Obj> document = object(root, "the document");
        if (document.isEmpty()) {
            return Optional.empty();
        }
        only(document.get(), Set.of("belvedere"));
        Optional<Obj> belvedere = member(document.get(), "belvedere").flatMap(value -> object(value, "'belvedere'"));
        belvedere.flatMap(rules -> member(rules, "revision")).ifPresent(value -> {
            if (!(value instanceof Text text) || !REVISION.matcher(text.value()).matches()) {
                report(value.place(), "'revision' is 1 to 100 letters, digits and . _ : -");
            }
        });
        return belvedere;
    }

    private void belvedere(Obj belvedere) {
        only(belvedere, Set.of("revision", "roles", "grants"));
        Optional<Obj> known = member(belvedere, "roles").flatMap(value -> object(value, "'roles'"));
        known.ifPresent(roles -> {
            if (roles.members().size() > ROLES_MAX) {
                report(roles.place(), "there are at most " + ROLES_MAX + " roles");
            }
            roles.members().forEach((name, member) -> {
                if (!ROLE.matcher(name).matches()) {
                    report(member.namePlace(), "a role's name is 1 to 200 characters, none a control character");
                }
                object(member.value(), "a role").ifPresent(role -> {
                    role(role);
                    optional(role, "breakGlass", value -> knownRole(value, "'breakGlass'", roles));
                });
            });
            optional(belvedere, "grants", value -> new GrantCheck(this, roles).check(value));
        });
    }

    /** A role that is named must be there: one that is not would be a right that nobody has, or a limit that nothing has. */
    void knownRole(LocatedJson value, String what, Obj roles) {
        if (!(value instanceof Text text) || !roles.members().containsKey(text.value())) {
            report(value.place(), what + " is one of the roles");
        }
    }

    private void role(Obj role) {
        only(role, ROLE_FIELDS);
        Optional<String> access =
                member(role, "access").flatMap(value -> word(value, "'access'", Set.of("rows", "contract", "none")));
        optional(role, "kinds", value -> words(value, "'kinds'", KINDS::contains));
        optional(role, "purposes", value -> words(value, "'purposes'", purpose -> !purpose.isBlank()));
        List.of("preview", "administer")
                .forEach(right -> optional(role, right, value -> {
                    if (!(value instanceof LocatedJson.Bool)) {
                        report(value.place(), "'" + right + "' is true or false");
                    }
                }));
        optional(role, "domains", value -> words(value, "'domains'", PolicyDataCheck::isDomain));
        optional(role, "tags", value -> words(value, "'tags'", tag -> !tag.isBlank()));
        optional(role, "masks", value -> object(value, "'masks'").ifPresent(this::masks));
        optional(role, "detail", value -> object(value, "'detail'").ifPresent(this::detail));
        if (access.equals(Optional.of("rows"))) {
            member(role, "rows").ifPresent(this::rows);
            member(role, "maxRows").ifPresent(value -> integer(value, "'maxRows'", BigDecimal.ONE, ROWS_MAX));
            optional(role, "exportMaxRows", value -> integer(value, "'exportMaxRows'", BigDecimal.ONE, ROWS_MAX));
            optional(role, "minGroupSize", value -> integer(value, "'minGroupSize'", BigDecimal.ZERO, GROUP_SIZE_MAX));
        } else if (access.isPresent()) {
            for (String name : List.of("rows", "maxRows", "exportMaxRows", "minGroupSize")) {
                optional(role, name, value -> report(value.place(), "'" + name + "' needs \"access\": \"rows\""));
            }
        }
    }

    private void rows(LocatedJson value) {
        if (!(value instanceof Obj rule)) {
            word(value, "'rows'", Set.of("all", "none"));
            return;
        }
        only(rule, Set.of("class", "attribute"));
        member(rule, "class").ifPresent(name -> {
            if (!(name instanceof Text text) || !isClass(text.value())) {
                report(name.place(), "'class' is a classification, like scope.region");
            }
        });
        member(rule, "attribute").ifPresent(name -> {
            if (!(name instanceof Text text) || text.value().isBlank()) {
                report(name.place(), "'attribute' is the name of a caller's attribute, like region");
            }
        });
    }

    private void masks(Obj masks) {
        masks.members().forEach((name, member) -> {
            if (!isClass(name)) {
                report(member.namePlace(), "a mask stands under a classification, like pii.email");
            }
            object(member.value(), "a mask").ifPresent(this::mask);
        });
    }

    private void mask(Obj mask) {
        Optional<LocatedJson> name = member(mask, "mask");
        if (name.isEmpty()) {
            return;
        }
        Optional<MaskForm> form = name.get() instanceof Text text ? MaskForm.find(text.value()) : Optional.empty();
        if (form.isEmpty()) {
            report(name.get().place(), "'mask' is one of " + MaskForm.words());
            return;
        }
        Optional<String> parameter = form.get().parameter();
        if (parameter.isEmpty()) {
            only(mask, Set.of("mask"));
            return;
        }
        Set<String> known = new HashSet<>(form.get().others());
        known.addAll(List.of("mask", parameter.get()));
        only(mask, known);
        member(mask, parameter.get()).ifPresent(value -> parameter(form.get(), value));
        optional(mask, "key", value -> {
            if (!(value instanceof Text key) || !KEY.matcher(key.value()).matches()) {
                report(value.place(), "'key' is the id of a key of the server, like 2026-11");
            }
        });
    }

    private void parameter(MaskForm form, LocatedJson value) {
        switch (form) {
            case KEEP_FIRST, KEEP_LAST -> integer(value, "'characters'", BigDecimal.ONE, BigDecimal.valueOf(64));
            case BUCKET -> integer(value, "'width'", BigDecimal.ONE, ROWS_MAX);
            case DATE_TRUNC -> word(value, "'unit'", Set.of("month", "quarter", "year"));
            case HASH ->
                words(
                        value,
                        "'salt'",
                        word -> word.equals("purpose")
                                || SALTING_ATTRIBUTE.matcher(word).matches());
            case CONSTANT -> {
                if (!(value instanceof Text || value instanceof Numeric || value instanceof LocatedJson.Bool)) {
                    report(value.place(), "'value' is a text, a number, true or false");
                }
            }
            case NONE, HIDDEN, NULL, REDACT, EMAIL -> throw new IllegalStateException(form + " has no parameter");
        }
    }

    private void detail(Obj detail) {
        only(detail, Set.of("query", "explain", "monitor", "cancel"));
        detail.members().forEach((name, member) -> word(member.value(), "'" + name + "'", Set.of("shape", "full")));
    }

    Optional<Obj> object(LocatedJson value, String what) {
        if (value instanceof Obj object) {
            return Optional.of(object);
        }
        report(value.place(), what + " is an object");
        return Optional.empty();
    }

    Optional<LocatedJson> member(Obj object, String name) {
        Member member = object.members().get(name);
        if (member == null) {
            report(object.place(), "'" + name + "' is missing");
            return Optional.empty();
        }
        return Optional.of(member.value());
    }

    private static void optional(Obj object, String name, Consumer<LocatedJson> check) {
        Member member = object.members().get(name);
        if (member != null) {
            check.accept(member.value());
        }
    }

    void only(Obj object, Set<String> names) {
        object.members().forEach((name, member) -> {
            if (!names.contains(name)) {
                report(
                        member.namePlace(),
                        "an unknown field; known here: "
                                + String.join(", ", names.stream().sorted().toList()));
            }
        });
    }

    private Optional<String> word(LocatedJson value, String what, Set<String> words) {
        if (value instanceof Text text && words.contains(text.value())) {
            return Optional.of(text.value());
        }
        report(
                value.place(),
                what + " is one of " + String.join(", ", words.stream().sorted().toList()));
        return Optional.empty();
    }

    private void words(LocatedJson value, String what, Predicate<String> known) {
        if (!(value instanceof Arr list)) {
            report(value.place(), what + " is a list");
            return;
        }
        for (LocatedJson element : list.values()) {
            if (!(element instanceof Text text) || !known.test(text.value())) {
                report(element.place(), "not a word that can stand in " + what);
            }
        }
    }

    private void integer(LocatedJson value, String what, BigDecimal min, BigDecimal max) {
        if (!(value instanceof Numeric number)
                || number.value().scale() != 0
                || number.value().compareTo(min) < 0
                || number.value().compareTo(max) > 0) {
            report(value.place(), what + " is a whole number, " + min + " to " + max);
        }
    }

    private static boolean isClass(String text) {
        try {
            return !new Classification(text).value().isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isDomain(String text) {
        try {
            return !new ViewName(text, "x").domain().isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    void report(Place place, String message) {
        problems.add(new Diagnostic(file, place.line(), place.column(), "POLICY_DATA_INVALID", message));
    }
}
