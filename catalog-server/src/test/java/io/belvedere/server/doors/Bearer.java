package io.belvedere.server.doors;

import java.util.List;

/**
 * Somebody at a door with a token.
 *
 * @param name what the token is, for whoever reads that a test failed
 * @param role what the caller is; nobody for a token that is not good
 * @param token what is sent; nothing when it is empty
 */
record Bearer(String name, Role role, String token) {
    static Bearer of(Role role, String token) {
        return new Bearer(role.word(), role, token);
    }

    static Bearer wrong(String name, String token) {
        return new Bearer(name, Role.NOBODY, token);
    }

    /** A request without credentials is let in where no caller is needed; a wrong token is refused there too. */
    boolean isWrong() {
        return role == Role.NOBODY && !token.isEmpty();
    }

    /** The callers of a laptop, by the tokens of the sample's file. */
    static List<Bearer> ofALaptop() {
        return List.of(
                of(Role.ANALYST, "dev-ana"),
                of(Role.STEWARD, "dev-stella"),
                of(Role.AUDITOR, "dev-otto"),
                of(Role.OPERATOR, "dev-omar"),
                of(Role.STRANGER, "dev-sam"),
                of(Role.NOBODY, ""),
                wrong("an unknown token", "dev-nobody"));
    }
}
