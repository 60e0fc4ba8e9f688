package io.belvedere.model.source;

/** Where a database stands: at a server, in files that our own server can read, or in its memory. */
public sealed interface Location permits Connection, FileLocation, InMemory {}
