package house.belvedere.server;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Breaks: engines and drivers stay in federation. */
public final class ServerWithSql {
    Connection connect(String url) throws SQLException {
        return DriverManager.getConnection(url);
    }
}
