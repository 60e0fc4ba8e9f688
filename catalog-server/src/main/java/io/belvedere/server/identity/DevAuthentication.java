package io.belvedere.server.identity;

import java.util.Optional;

/** Bearer tokens of a laptop's file. What it lets in holds for as long as the server runs. */
public final class DevAuthentication implements CallerAuthentication {
    private final Callers callers;

    public DevAuthentication(Callers callers) {
        this.callers = callers;
    }

    @Override
    public Optional<Authenticated> authenticate(String authorization) {
        return Credentials.of(authorization)
                .filter(Credentials.Bearer.class::isInstance)
                .flatMap(given -> callers.find(((Credentials.Bearer) given).token()))
                .map(caller -> new Authenticated(caller, Standing.LASTING));
    }
}
