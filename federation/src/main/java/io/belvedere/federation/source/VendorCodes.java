package io.belvedere.federation.source;

import io.belvedere.federation.source.SourceFailures.Kind;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the numbers of Oracle and SQL Server mean, whose states say little. Neither was ever met: these are the manuals' words. */
final class VendorCodes {
    private static final Pattern ORACLE = Pattern.compile("ORA-(\\d{5}):.*", Pattern.DOTALL);
    private static final String SQL_SERVER = "com.microsoft.sqlserver.jdbc.SQLServerException";

    /** Wrong password or account; deadlock, serialisation, locked; asked to stop; no table, column or right; no number or date. */
    private static final Map<Kind, Set<Integer>> ORACLE_CODES = Map.of(
            Kind.CREDENTIALS, Set.of(1_005, 1_017, 28_000, 28_001),
            Kind.CONTENTION, Set.of(54, 60, 8_177),
            Kind.TIMEOUT, Set.of(1_013),
            Kind.DRIFT, Set.of(904, 942, 980, 1_031, 1_475, 4_043, 41_900),
            Kind.DATA, Set.of(1_426, 1_438, 1_476, 1_722, 1_841, 1_843, 1_858, 1_861, 12_899),
            Kind.STATEMENT, Set.of(907, 932, 933, 936, 1_467, 1_789, 1_795, 12_704, 43_929));

    private static final Map<Kind, Set<Integer>> SQL_SERVER_CODES = Map.of(
            Kind.CREDENTIALS, Set.of(18_452, 18_456, 18_470, 18_486, 18_487, 18_488),
            Kind.CONTENTION, Set.of(1_205, 1_222, 3_960),
            Kind.DRIFT, Set.of(207, 208, 229, 230, 916, 2_812),
            Kind.DATA, Set.of(220, 241, 242, 245, 8_114, 8_115, 8_134, 8_152),
            Kind.STATEMENT, Set.of(102, 156, 191, 402, 451, 457, 468, 8_623, 8_632));

    private VendorCodes() {}

    /** Empty for another product, and for a number that is not on the list. */
    static Optional<Kind> kind(SQLException failure) {
        Matcher oracle = ORACLE.matcher(String.valueOf(failure.getMessage()));
        if (oracle.matches()) {
            return kind(ORACLE_CODES, Integer.parseInt(oracle.group(1)));
        }
        return failure.getClass().getName().equals(SQL_SERVER)
                ? kind(SQL_SERVER_CODES, failure.getErrorCode())
                : Optional.empty();
    }

    private static Optional<Kind> kind(Map<Kind, Set<Integer>> codes, int code) {
        return codes.entrySet().stream()
                .filter(kind -> kind.getValue().contains(code))
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
