package io.belvedere.server.identity;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.model.access.Caller;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Claims as a {@link Caller}. Who it is comes from the token, what it may be comes from what the provider says now. What is not as it
 * should be lets nobody in: nothing that cannot be read is left out, because that could be what narrows.
 */
final class ClaimedCallers {
    static final int TEXT_LENGTH_MAX = 500;
    /** Who acts for whom acts for whom, at most. The outermost acts now; the others are history (RFC 8693, 4.1). */
    static final int ACTORS_MAX = 4;

    static final String GROUP = "group:";
    /** What Keycloak calls the user of a client that acts for itself. */
    private static final String SERVICE_ACCOUNT = "service-account-";

    private final String issuer;
    private final ClaimNames names;

    ClaimedCallers(String issuer, ClaimNames names) {
        this.issuer = issuer;
        this.names = names;
    }

    /**
     * @param token what the verified token says
     * @param now what the provider says about its bearer now
     */
    Optional<Caller> of(AccessTokens.Facts token, JsonNode now) {
        try {
            Caller.Kind self = kind(token, now);
            Optional<Caller.Agent> agent = agent(token, self);
            return Optional.of(new Caller(
                    issuer,
                    text(token.claims().path("sub")),
                    name(token, now),
                    agent.isPresent() ? Caller.Kind.AGENT : self,
                    roles(now),
                    attributes(now),
                    agent));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /** A human has logged in, and so has a session; whoever has none, or is a client itself, is a program. */
    private static Caller.Kind kind(AccessTokens.Facts token, JsonNode now) {
        boolean itself =
                token.subject().equals(token.client()) || isServiceAccount(token.claims()) || isServiceAccount(now);
        return token.session().isEmpty() || itself ? Caller.Kind.SERVICE : Caller.Kind.HUMAN;
    }

    private static boolean isServiceAccount(JsonNode claims) {
        return claims.path("preferred_username").asText().startsWith(SERVICE_ACCOUNT);
    }

    private Optional<Caller.Agent> agent(AccessTokens.Facts token, Caller.Kind self) {
        JsonNode actor = token.claims().path("act");
        if (actor.isMissingNode()) {
            boolean acts = names.agentClients().contains(token.client()) && self == Caller.Kind.HUMAN;
            return acts ? Optional.of(new Caller.Agent(issuer, token.client())) : Optional.empty();
        }
        if (self != Caller.Kind.HUMAN) {
            throw new IllegalArgumentException("an agent acts for a human");
        }
        requireActors(actor, ACTORS_MAX);
        String vouches = actor.has("iss") ? text(actor.path("iss")) : issuer;
        return Optional.of(new Caller.Agent(vouches, text(actor.path("sub"))));
    }

    private static void requireActors(JsonNode actor, int more) {
        if (!actor.isObject() || more == 0) {
            throw new IllegalArgumentException("an actor is an object, and there are few of them");
        }
        text(actor.path("sub"));
        if (actor.has("act")) {
            requireActors(actor.path("act"), more - 1);
        }
    }

    private String name(AccessTokens.Facts token, JsonNode now) {
        JsonNode name = find(now, names.name());
        return name.isMissingNode() ? token.subject() : text(name);
    }

    private Set<String> roles(JsonNode now) {
        requireWhole(now);
        Set<String> roles = new HashSet<>();
        for (String role : texts(find(now, names.roles()))) {
            if (role.startsWith(GROUP)) {
                throw new IllegalArgumentException("a role is not called like a group");
            }
            roles.add(role);
        }
        names.groups().ifPresent(claim -> texts(find(now, claim)).forEach(group -> roles.add(GROUP + group)));
        return roles;
    }

    /** A provider that says "too many groups, ask elsewhere" has not said which (OpenID Connect Core, 5.6.2). */
    private static void requireWhole(JsonNode now) {
        if (now.has("_claim_names")
                || now.has("_claim_sources")
                || now.path("hasgroups").asBoolean()) {
            throw new IllegalArgumentException("claims are left out");
        }
    }

    private Map<String, String> attributes(JsonNode now) {
        Map<String, String> attributes = new TreeMap<>();
        names.attributes().forEach((name, claim) -> {
            JsonNode value = find(now, claim);
            if (!value.isMissingNode()) {
                attributes.put(name, value.isTextual() ? text(value) : scalar(value));
            }
        });
        return attributes;
    }

    private static String scalar(JsonNode value) {
        if (!value.isBoolean() && !value.isIntegralNumber()) {
            throw new IllegalArgumentException("an attribute is a text, a whole number or a truth value");
        }
        return value.asText();
    }

    /** A claim of exactly this name, else the one that the path leads to. */
    private static JsonNode find(JsonNode claims, String path) {
        if (claims.has(path)) {
            return claims.path(path);
        }
        JsonNode found = claims;
        for (String name : path.split("/", -1)) {
            if (!found.isObject() && !found.isMissingNode()) {
                throw new IllegalArgumentException("a path leads through objects");
            }
            found = found.path(name);
        }
        return found;
    }

    private static List<String> texts(JsonNode list) {
        if (list.isMissingNode()) {
            return List.of();
        }
        if (!list.isArray() || list.size() > Caller.ROLES_MAX) {
            throw new IllegalArgumentException("roles and groups are a list, and not a long one");
        }
        return list.valueStream().map(ClaimedCallers::text).toList();
    }

    private static String text(JsonNode value) {
        if (!value.isTextual()
                || value.textValue().isBlank()
                || value.textValue().length() > TEXT_LENGTH_MAX
                || value.textValue().chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a text of some characters is expected");
        }
        return value.textValue();
    }
}
