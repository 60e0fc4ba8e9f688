package io.belvedere.server.http;

/** What becomes of text in CSV that a spreadsheet would take for a formula. */
public enum CsvFormulas {
    /** It gets a leading {@code '}, so that a spreadsheet shows it and does not compute it. */
    QUOTE,
    /** It stays as it is: for readers that are no spreadsheets. */
    KEEP
}
