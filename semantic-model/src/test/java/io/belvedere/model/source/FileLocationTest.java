package io.belvedere.model.source;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileLocationTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "sales", "sales/2026", "year=2026/month=01", "a.b/c-d_e+f"})
    void acceptsAFolderBelowTheOperatorsOne(String folder) {
        assertThatCode(() -> new FileLocation(folder, Optional.of("shop.duckdb")))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc",
                "..",
                "../x",
                "a/../b",
                "a/..",
                "a//b",
                "a/",
                ".hidden",
                "a/.git",
                "~",
                "C:\\x",
                "a\\b",
                "a b",
                "a'b",
                "s3://bucket",
                "http://host/x",
                "file:x",
                "a*",
                "a\u0000b",
                "a\nb",
                "%2e%2e",
                "\\\\host\\share",
                "-x"
            })
    void refusesAFolderThatIsNone(String folder) {
        assertThatThrownBy(() -> FileLocation.requireFolder(folder)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b.duckdb", "..", ":memory:", "md:x", "a.duckdb?x=1", "", "*.duckdb", "a;b"})
    void refusesADatabaseFileThatIsNone(String file) {
        assertThatThrownBy(() -> FileLocation.requireDatabase(file)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sales.parquet", "sales/part-*.parquet", "*.csv", "year=*/data.parquet", "year=2026/*"})
    void acceptsATableOfOneOrManyFiles(String file) {
        assertThatCode(() -> FileLocation.requireTable(file)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/x.parquet",
                "../x.parquet",
                "a/../../x.parquet",
                "**/x.parquet",
                "a/**",
                "x?.parquet",
                "[ab].parquet",
                "{a,b}.parquet",
                "https://host/x.parquet",
                ".x.parquet",
                "a/.x",
                "x.parquet'",
                "x.parquet,y.parquet"
            })
    void refusesATableOutsideItsFolder(String file) {
        assertThatThrownBy(() -> FileLocation.requireTable(file)).isInstanceOf(IllegalArgumentException.class);
    }
}
