package io.belvedere.model.view;

/**
 * Where in which file a definition's query stands, so that an error in the SQL can name the line in the file.
 *
 * @param file path below the catalog folder
 * @param queryLine line of the query's first character, from 1
 * @param queryColumn column of the query's first character, from 1; the same for each of its lines in a block scalar
 */
public record Origin(String file, int queryLine, int queryColumn) {}
