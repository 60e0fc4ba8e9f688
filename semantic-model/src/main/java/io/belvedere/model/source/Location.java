package io.belvedere.model.source;

/** Where a database stands: at a server, or in files that our own server can read. */
public sealed interface Location permits Connection, FileLocation {}
