package io.belvedere.audit;

/**
 * Tells a write that a crash cut short from bytes that were changed. A segment is written over zeros that are on the disk
 * already, sector by sector, so what a crash left out is still zero up to the edge of a sector, or lies past the end of the
 * file; anything else that is not a frame was one once.
 */
final class TornTail {
    /** No disk writes less at once. */
    private static final int SECTOR = 512;

    /** The first bytes of a frame may be zero, being those of a length. */
    private static final int LENGTH_ZEROS = 2;

    private TornTail() {}

    /** One past the last byte that is not zero, or {@code from}. */
    static int used(byte[] file, int from) {
        int end = file.length;
        while (end > from && file[end - 1] == 0) {
            end--;
        }
        return end;
    }

    /**
     * Whether what begins at {@code from} and is no frame may be a write cut short.
     *
     * @param used one past the last byte that is not zero
     * @param claimed one past the last byte, as the frame's length has it; {@code used} where that makes no sense
     * @param complete whether the bytes up to {@code used} hold a whole entry, so that nothing is missing
     */
    static boolean is(byte[] file, int from, int used, long claimed, boolean complete) {
        if (complete) {
            return false;
        }
        if (claimed > file.length) {
            return true;
        }
        int end = Math.max(used, (int) claimed);
        for (int at = from; at < end; at = (at / SECTOR + 1) * SECTOR) {
            int sectorEnd = Math.min(end, (at / SECTOR + 1) * SECTOR);
            boolean lengthOnly = at == from && sectorEnd - at <= LENGTH_ZEROS && sectorEnd < end;
            if (!lengthOnly && zero(file, at, sectorEnd)) {
                return true;
            }
        }
        return false;
    }

    private static boolean zero(byte[] file, int from, int to) {
        for (int at = from; at < to; at++) {
            if (file[at] != 0) {
                return false;
            }
        }
        return true;
    }
}
