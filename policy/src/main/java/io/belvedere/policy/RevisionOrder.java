package io.belvedere.policy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which of two revisions is the older one, where that can be told: they differ in nothing but numbers, of which the first that differs is
 * smaller ({@code 41} and {@code 42}, {@code 1.9.0} and {@code 1.10.0}, two times in ISO 8601). Two digests have no order.
 */
final class RevisionOrder {
    private static final Pattern PART = Pattern.compile("[0-9]+|[^0-9]+");

    private RevisionOrder() {}

    static boolean isOlder(String offered, String current) {
        List<String> left = parts(offered);
        List<String> right = parts(current);
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            boolean numbers = isNumber(left.get(i)) && isNumber(right.get(i));
            if (!numbers && !left.get(i).equals(right.get(i))) {
                return false;
            }
        }
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            if (isNumber(left.get(i))) {
                int order = new BigInteger(left.get(i)).compareTo(new BigInteger(right.get(i)));
                if (order != 0) {
                    return order < 0;
                }
            }
        }
        return left.size() < right.size();
    }

    private static boolean isNumber(String part) {
        return part.charAt(0) >= '0' && part.charAt(0) <= '9';
    }

    private static List<String> parts(String revision) {
        List<String> parts = new ArrayList<>();
        Matcher part = PART.matcher(revision);
        while (part.find()) {
            parts.add(part.group());
        }
        return parts;
    }
}
