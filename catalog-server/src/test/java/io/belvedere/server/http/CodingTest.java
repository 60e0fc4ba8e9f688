package io.belvedere.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CodingTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip|GZIP",
                "GZIP|GZIP",
                "zstd|ZSTD",
                "gzip, zstd|ZSTD",
                "zstd, gzip|ZSTD",
                "gzip, deflate, br, zstd|ZSTD",
                "gzip, deflate, br|GZIP",
                "gzip;q=1.0, zstd;q=0.5|GZIP",
                "gzip ; q=0.5 , zstd ; q=0.4|GZIP",
                "br, deflate|IDENTITY",
                "identity|IDENTITY",
                "gzip;q=0|IDENTITY",
                "gzip;q=0.3, identity;q=0.5|IDENTITY",
                "*|ZSTD",
                "*;q=0.5, zstd;q=0|GZIP",
                "gzip;q=0, zstd;q=0, *|IDENTITY",
                "identity;q=0, gzip|GZIP",
                "*;q=0, gzip|GZIP",
                "gzip;q=2|IDENTITY",
                "gzip;level=9|IDENTITY",
                ";;;,,,|IDENTITY"
            })
    void theClientSaysWhatItWants(String header, Coding coding) {
        assertThat(Coding.accepted(List.of(header))).isEqualTo(coding);
    }

    @Test
    void whoSaysNothingGetsItPlain() {
        assertThat(Coding.accepted(List.of())).isEqualTo(Coding.IDENTITY);
        assertThat(Coding.accepted(List.of(""))).isEqualTo(Coding.IDENTITY);
        assertThat(Coding.accepted(List.of("br", "gzip"))).isEqualTo(Coding.GZIP);
    }

    @Test
    void whoRefusesEverythingIsToldSo() {
        for (String nothing : List.of("identity;q=0", "*;q=0", "br, identity;q=0")) {
            assertThatThrownBy(() -> Coding.accepted(List.of(nothing)))
                    .as(nothing)
                    .hasMessageContaining("zstd, gzip or identity");
        }
    }

    private static InputStream decoded(Coding coding, byte[] bytes) throws IOException {
        InputStream in = new ByteArrayInputStream(bytes);
        return switch (coding) {
            case GZIP -> new GZIPInputStream(in);
            case ZSTD -> new ZstdInputStream(in);
            case IDENTITY -> in;
        };
    }

    @ParameterizedTest
    @EnumSource(Coding.class)
    void whatIsFlushedCanBeReadAtOnceAndOnlyAFinishedStreamHasAnEnd(Coding coding) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (CodedStream stream = CodedStream.open(coding, out)) {
            stream.write("first".getBytes(StandardCharsets.US_ASCII));
            stream.flush();
            assertThat(decoded(coding, out.toByteArray()).readNBytes(5))
                    .asString()
                    .isEqualTo("first");
            stream.write(" second".getBytes(StandardCharsets.US_ASCII));
            stream.finish();
        }
        assertThat(decoded(coding, out.toByteArray()).readAllBytes()).asString().isEqualTo("first second");
    }

    @ParameterizedTest
    @EnumSource(value = Coding.class, names = "IDENTITY", mode = EnumSource.Mode.EXCLUDE)
    void aStreamThatIsGivenUpNeverLooksWhole(Coding coding) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (CodedStream stream = CodedStream.open(coding, out)) {
            stream.write("first".getBytes(StandardCharsets.US_ASCII));
            stream.flush();
            stream.write("second".getBytes(StandardCharsets.US_ASCII));
        }
        try (InputStream in = decoded(coding, out.toByteArray())) {
            assertThat(in.readNBytes(5)).asString().isEqualTo("first");
            assertThatThrownBy(in::readAllBytes).isInstanceOfAny(EOFException.class, IOException.class);
        }
    }
}
