package io.belvedere.server.identity;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the provider says what about a caller. A name is that of a claim, or a path of names with {@code /} between them.
 *
 * @param name a name for people
 * @param roles a list of roles
 * @param groups a list of groups; each becomes the role {@code group:<group>}
 * @param attributes by the name that policy knows, the claim that holds it: a text, a number or a truth value
 * @param agentClients clients that act for whoever's token they got: their tokens are an agent's
 */
public record ClaimNames(
        String name, String roles, Optional<String> groups, Map<String, String> attributes, Set<String> agentClients) {
    public ClaimNames {
        attributes = Map.copyOf(attributes);
        agentClients = Set.copyOf(agentClients);
    }
}
