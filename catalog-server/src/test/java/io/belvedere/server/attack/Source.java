package io.belvedere.server.attack;

/** Which database the attacked rows stand in. */
enum Source {
    POSTGRES("pg"),
    MARIADB("my");

    private final String domain;

    Source(String domain) {
        this.domain = domain;
    }

    /** The domain of the views on it. */
    String domain() {
        return domain;
    }

    Source other() {
        return this == POSTGRES ? MARIADB : POSTGRES;
    }
}
