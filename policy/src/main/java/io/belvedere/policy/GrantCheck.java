package io.belvedere.policy;

import io.belvedere.policy.LocatedJson.Arr;
import io.belvedere.policy.LocatedJson.Obj;
import io.belvedere.policy.LocatedJson.Text;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Whether the grants of a {@code data.json} are to the letter: who, what, from, until and why, of roles that are there. */
final class GrantCheck {
    static final int GRANTS_MAX = 10_000;

    /** Whole seconds in UTC: the shipped policy compares times as texts. */
    private static final Pattern TIME = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z");

    private final PolicyDataCheck document;
    private final Obj roles;

    GrantCheck(PolicyDataCheck document, Obj roles) {
        this.document = document;
        this.roles = roles;
    }

    void check(LocatedJson value) {
        if (!(value instanceof Arr grants)) {
            document.report(value.place(), "'grants' is a list");
            return;
        }
        if (grants.values().size() > GRANTS_MAX) {
            document.report(grants.place(), "there are at most " + GRANTS_MAX + " grants");
        }
        grants.values().forEach(grant -> document.object(grant, "a grant").ifPresent(this::grant));
    }

    private void grant(Obj grant) {
        document.only(grant, Set.of("who", "what", "from", "until", "reason"));
        document.member(grant, "who")
                .flatMap(who -> document.object(who, "'who'"))
                .ifPresent(this::who);
        document.member(grant, "what")
                .flatMap(what -> document.object(what, "'what'"))
                .ifPresent(what -> {
                    document.only(what, Set.of("role"));
                    document.member(what, "role").ifPresent(role -> document.knownRole(role, "'role'", roles));
                });
        document.member(grant, "reason").ifPresent(reason -> text(reason, "'reason'"));
        Optional<Instant> from = document.member(grant, "from").flatMap(time -> time(time, "'from'"));
        document.member(grant, "until")
                .ifPresent(value -> time(value, "'until'")
                        .filter(until -> from.isPresent() && !until.isAfter(from.get()))
                        .ifPresent(_ -> document.report(value.place(), "'until' is after 'from'")));
    }

    /** One subject of one issuer, or everybody of a role, which need not be one that is known here. */
    private void who(Obj who) {
        if (who.members().containsKey("role")) {
            document.only(who, Set.of("role"));
            document.member(who, "role").ifPresent(role -> text(role, "'role'"));
            return;
        }
        document.only(who, Set.of("issuer", "subject"));
        document.member(who, "issuer").ifPresent(issuer -> text(issuer, "'issuer'"));
        document.member(who, "subject").ifPresent(subject -> text(subject, "'subject'"));
    }

    private void text(LocatedJson value, String what) {
        if (!(value instanceof Text text) || text.value().isBlank()) {
            document.report(value.place(), what + " is a text that is not empty");
        }
    }

    private Optional<Instant> time(LocatedJson value, String what) {
        if (value instanceof Text text && TIME.matcher(text.value()).matches()) {
            try {
                return Optional.of(Instant.parse(text.value()));
            } catch (DateTimeParseException noTime) {
                // Reported like any other text that is no time.
            }
        }
        document.report(value.place(), what + " is a time in whole seconds of UTC, like 2026-11-23T18:00:00Z");
        return Optional.empty();
    }
}
