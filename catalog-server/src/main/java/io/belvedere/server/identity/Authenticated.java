package io.belvedere.server.identity;

import io.belvedere.model.access.Caller;

/** A caller who was let in, and whether what let them in still holds. */
public record Authenticated(Caller caller, Standing standing) {}
