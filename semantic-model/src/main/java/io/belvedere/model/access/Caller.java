package io.belvedere.model.access;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An authenticated caller. Identity is the pair of issuer and subject, which never changes; the name is for people.
 *
 * @param issuer who vouches for the subject
 * @param subject the issuer's immutable id
 * @param name a display name; never decides anything
 * @param roles what the issuer says the caller is
 * @param attributes what the issuer says about the caller, for example {@code region → EU}
 * @param agent what acts in the caller's place; there for the kind {@code AGENT} and for no other
 */
public record Caller(
        String issuer,
        String subject,
        String name,
        Kind kind,
        Set<String> roles,
        Map<String, String> attributes,
        Optional<Agent> agent) {
    public static final int ROLES_MAX = 1_000;
    public static final int ATTRIBUTES_MAX = 200;

    public Caller {
        if (issuer.isBlank() || subject.isBlank()) {
            throw new IllegalArgumentException("a caller has an issuer and a subject");
        }
        if (roles.size() > ROLES_MAX || attributes.size() > ATTRIBUTES_MAX) {
            throw new IllegalArgumentException("a caller has too many roles or attributes");
        }
        if ((kind == Kind.AGENT) != agent.isPresent()) {
            throw new IllegalArgumentException("an agent is named where one acts, and only there");
        }
        SortedSet<String> sortedRoles = new TreeSet<>(roles);
        SortedMap<String, String> sortedAttributes = new TreeMap<>(attributes);
        roles = Collections.unmodifiableSortedSet(sortedRoles);
        attributes = Collections.unmodifiableSortedMap(sortedAttributes);
    }

    /** A caller who acts for itself. */
    public Caller(
            String issuer, String subject, String name, Kind kind, Set<String> roles, Map<String, String> attributes) {
        this(issuer, subject, name, kind, roles, attributes, Optional.empty());
    }

    /** What kind of subject it is. */
    public enum Kind {
        HUMAN,
        SERVICE,
        /** A program that acts for a human: subject, roles and attributes are those of the human. */
        AGENT
    }

    /** A program that acts for a human: who vouches for it, and its immutable id there. */
    public record Agent(String issuer, String subject) {
        public Agent {
            if (issuer.isBlank() || subject.isBlank()) {
                throw new IllegalArgumentException("an agent has an issuer and a subject");
            }
        }
    }
}
