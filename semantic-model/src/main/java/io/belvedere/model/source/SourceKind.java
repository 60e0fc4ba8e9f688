package io.belvedere.model.source;

/** The database products that can be a source. */
public enum SourceKind {
    POSTGRESQL,
    MARIADB,
    MYSQL
}
