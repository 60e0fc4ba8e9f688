package io.belvedere.server.http;

/**
 * How much the doors hold.
 *
 * @param firstPageBytes bytes of a result that are held back for an early error
 */
public record DoorLimits(int firstPageBytes) {}
