package io.belvedere.federation.source;

import java.sql.Connection;
import java.util.List;

/** Files are read inside our own process: there is nobody to ask, and no session that could outlive its connection. */
enum FilesActivity implements Activity {
    INSTANCE;

    @Override
    public boolean cancel(Connection control, long session, String tag) {
        return false;
    }

    @Override
    public boolean kill(Connection control, long session, String tag) {
        return false;
    }

    @Override
    public List<Tagged> running(Connection control, String mark) {
        return List.of();
    }
}
