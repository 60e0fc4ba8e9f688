package io.belvedere.server.doors;

import java.util.Locale;
import java.util.Set;

/** What a caller is to the sample's policy, whoever vouches for it. */
public enum Role {
    ANALYST,
    STEWARD,
    /** Who looks after security: sees contracts, and what has been asked. */
    AUDITOR,
    /** Who administers the server. */
    OPERATOR,
    /** A program with an analyst's role. */
    SERVICE,
    /** What acts for an analyst, which the sample's policy lets no analyst send. */
    AGENT,
    /** Somebody without a role. */
    STRANGER,
    /** A request without credentials. */
    NOBODY;

    static final Set<Role> READERS = Set.of(ANALYST, SERVICE, STEWARD);
    static final Set<Role> TOLD = Set.of(ANALYST, SERVICE, STEWARD, AUDITOR, OPERATOR);
    static final Set<Role> KNOWN = Set.of(ANALYST, SERVICE, STEWARD, AUDITOR, OPERATOR, AGENT, STRANGER);

    boolean isKnown() {
        return KNOWN.contains(this);
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
