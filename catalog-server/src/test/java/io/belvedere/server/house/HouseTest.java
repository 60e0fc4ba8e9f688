package io.belvedere.server.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule holds for the house, and every rule refuses the fixtures that were written to break it. */
class HouseTest {
    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.belvedere");
    private static final JavaClasses FIXTURES = new ClassFileImporter().importPackages("house.belvedere");

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void holdsForTheHouse(String name) {
        assertThat(HOUSE.size()).isGreaterThan(100);
        House.rules()
                .get(name)
                .check(HOUSE.that(com.tngtech.archunit.base.DescribedPredicate.describe(
                        "are part of the product",
                        type -> !type.getPackageName().startsWith("io.belvedere.samples")
                                && !type.getPackageName().startsWith("io.belvedere.testkit"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void refusesTheFixtureThatBreaksIt(String name) {
        assertThat(House.rules().get(name).evaluate(FIXTURES).hasViolation()).isTrue();
    }

    static Stream<String> names() {
        return House.rules().keySet().stream();
    }
}
