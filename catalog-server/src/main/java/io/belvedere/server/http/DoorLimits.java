package io.belvedere.server.http;

/**
 * What the doors hold, and how they write.
 *
 * @param firstPageBytes bytes of a result that are held back for an early error
 * @param formulas what becomes of formulas in CSV
 */
public record DoorLimits(int firstPageBytes, CsvFormulas formulas) {}
