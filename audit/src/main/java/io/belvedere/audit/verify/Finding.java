package io.belvedere.audit.verify;

/**
 * Something that is not as it should be.
 *
 * @param kind a stable word
 * @param file the segment, relative to the folder that was verified; empty where it is about no one file
 * @param offset of the frame in the file; -1 where there is none
 * @param sequence of the record that was expected there; -1 where there is none
 * @param detail one sentence for people; never a value
 */
public record Finding(Severity severity, String kind, String file, long offset, long sequence, String detail) {}
