package io.belvedere.federation.sql;

import java.util.List;

/**
 * A table that a statement names in FROM.
 *
 * @param path the parts of the name, unquoted ones in lower-case
 * @param typed the name as it is shown to who wrote it
 * @param reads how often it is read once every WITH query is written out where it is used
 * @param line where it first stands, from 1
 * @param column where it first stands, from 1
 */
public record TableReference(List<String> path, String typed, long reads, int line, int column) {
    public TableReference {
        path = List.copyOf(path);
    }
}
