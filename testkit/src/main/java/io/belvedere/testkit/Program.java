package io.belvedere.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** What differs between the two kinds of server: how one is started, asked and stopped. */
interface Program {

    /** The folder in the cache that a new server's folder is copied from: {@code data} and {@code secrets.properties}. */
    Path template();

    List<String> command(Path data, int port, Storage storage);

    /** Last touches on a data folder before a server starts in it. */
    void prepare(Path data) throws IOException;

    /** Returns when the server on {@code port} lets us in and works on {@code data}; throws while it does not. */
    void probe(Path data, int port, Secrets secrets) throws SQLException;

    /** The signal that ends the server soon but in order, without waiting for its clients. */
    String stopSignal();

    /** The signal that ends a server whose data nobody needs, leaving nothing in the system. */
    String dropSignal();
}
