package io.belvedere.server.parquet;

import io.belvedere.federation.OutputColumn;
import io.belvedere.server.parquet.ColumnChunk.Page;
import io.belvedere.server.parquet.CompactWriter.Element;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * A Parquet file that is written as its rows come: groups of rows, each column one page, plain values under zstd, and the footer last. A file
 * without its footer is none to any reader. Holds one group of rows in memory: {@value #GROUP_BYTES} bytes and one batch at most. The
 * stream stays the caller's. Used by one thread.
 *
 * @see <a href="https://github.com/apache/parquet-format">the format</a>
 */
public final class ParquetFile {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    static final int GROUP_ROWS = 131_072;
    static final int GROUP_BYTES = 8 << 20;
    private static final int ZSTD = 6;
    private static final int PLAIN = 0;
    private static final int RLE = 3;
    private static final int REQUIRED = 0;
    private static final int OPTIONAL = 1;

    private final OutputStream out;
    private final List<ColumnChunk> columns;
    private final List<Group> groups = new ArrayList<>();
    private long position;
    private long rows;
    private int groupRows;

    private ParquetFile(OutputStream out, List<OutputColumn> columns) {
        this.out = out;
        this.columns = columns.stream().map(ColumnChunk::new).toList();
    }

    /** Where a column's page is. */
    private record Place(long offset, long bytesBefore, long bytes, int values) {}

    private record Group(List<Place> places, int rows) {}

    /** Begins a file; the columns' names are its own, each once. */
    public static ParquetFile begin(OutputStream out, List<OutputColumn> columns) throws IOException {
        ParquetFile file = new ParquetFile(out, columns);
        file.write(MAGIC);
        return file;
    }

    /** Adds the rows of a batch, whose columns are those of the file. */
    public void add(VectorSchemaRoot batch) throws IOException {
        long bytes = 0;
        for (int i = 0; i < columns.size(); i++) {
            columns.get(i).add(batch.getVector(i), batch.getRowCount());
            bytes += columns.get(i).bytes();
        }
        groupRows += batch.getRowCount();
        if (groupRows >= GROUP_ROWS || bytes >= GROUP_BYTES) {
            endGroup();
        }
    }

    /** Writes the footer, with texts about the file. */
    public void end(Map<String, String> metadata) throws IOException {
        endGroup();
        byte[] footer = footer(metadata);
        write(footer);
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            out.write(footer.length >>> shift);
        }
        write(MAGIC);
        out.flush();
    }

    private void endGroup() throws IOException {
        if (groupRows == 0) {
            return;
        }
        List<Place> places = new ArrayList<>();
        for (ColumnChunk column : columns) {
            Page page = column.takePage();
            byte[] header = header(page);
            places.add(new Place(
                    position,
                    (long) header.length + page.bytesBefore(),
                    (long) header.length + page.body().length,
                    page.values()));
            write(header);
            write(page.body());
        }
        groups.add(new Group(places, groupRows));
        rows += groupRows;
        groupRows = 0;
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        position += bytes.length;
    }

    private static byte[] header(Page page) {
        return new CompactWriter()
                .field(1, 0)
                .field(2, page.bytesBefore())
                .field(3, page.body().length)
                .struct(5)
                .field(1, page.values())
                .field(2, PLAIN)
                .field(3, RLE)
                .field(4, RLE)
                .end()
                .end()
                .bytes();
    }

    private byte[] footer(Map<String, String> metadata) {
        CompactWriter to = new CompactWriter().field(1, 1);
        schema(to);
        to.field(3, rows).list(4, Element.STRUCT, groups.size());
        groups.forEach(group -> group(to, group));
        to.list(5, Element.STRUCT, metadata.size());
        new TreeMap<>(metadata)
                .forEach((key, value) ->
                        to.struct().field(1, key).field(2, value).end());
        return to.field(6, "belvedere").end().bytes();
    }

    private void schema(CompactWriter to) {
        to.list(2, Element.STRUCT, columns.size() + 1);
        to.struct().field(4, "result").field(5, columns.size()).end();
        for (ColumnChunk column : columns) {
            ColumnType type = column.type();
            to.struct().field(1, type.physical());
            if (type.length() > 0) {
                to.field(2, type.length());
            }
            to.field(3, column.optional() ? OPTIONAL : REQUIRED)
                    .field(4, column.column().name());
            type.meaning().apply(to).end();
        }
    }

    private void group(CompactWriter to, Group group) {
        to.struct().list(1, Element.STRUCT, columns.size());
        long bytesBefore = 0;
        for (int i = 0; i < columns.size(); i++) {
            Place place = group.places().get(i);
            bytesBefore += place.bytesBefore();
            to.struct().field(2, place.offset()).struct(3);
            to.field(1, columns.get(i).type().physical());
            to.list(2, Element.I32, 2).element(PLAIN).element(RLE);
            to.list(3, Element.BINARY, 1).element(columns.get(i).column().name());
            to.field(4, ZSTD)
                    .field(5, (long) place.values())
                    .field(6, place.bytesBefore())
                    .field(7, place.bytes())
                    .field(9, place.offset())
                    .end()
                    .end();
        }
        to.field(2, bytesBefore).field(3, (long) group.rows()).end();
    }
}
