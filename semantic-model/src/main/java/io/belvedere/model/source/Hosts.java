package io.belvedere.model.source;

import java.net.InetAddress;
import java.util.regex.Pattern;

/**
 * Which hosts a connection may name: a host name by RFC 1123, an IPv4 address in four decimal parts, or an IPv6 address without
 * brackets and zone.
 *
 * <p>Other spellings of an address (hexadecimal, octal, fewer parts, a trailing dot) are refused, because resolvers and
 * drivers read them differently. So are the addresses that no database has and that attacks use: link-local ones, among them the
 * metadata services of clouds, and those that name every interface or a group. Nothing is looked up.
 */
final class Hosts {
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0[xX][0-9A-Fa-f]*");
    private static final Pattern ADDRESS_4 = Pattern.compile("((0|[1-9][0-9]{0,2})\\.){3}(0|[1-9][0-9]{0,2})");
    private static final Pattern ADDRESS_6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");
    private static final int LENGTH_MAX = 253;

    private Hosts() {}

    static void require(String host) {
        if (host.indexOf(':') >= 0) {
            requireUsual(address(host, ADDRESS_6));
            return;
        }
        String[] labels = host.split("\\.", -1);
        if (NUMBER.matcher(labels[labels.length - 1]).matches()) {
            requireUsual(address(host, ADDRESS_4));
            return;
        }
        for (String label : labels) {
            if (host.length() > LENGTH_MAX || !LABEL.matcher(label).matches()) {
                throw refused();
            }
        }
    }

    static boolean isLocal(String host) {
        boolean literal = host.indexOf(':') >= 0 || Character.isDigit(host.charAt(host.length() - 1));
        return host.equalsIgnoreCase("localhost") || (literal && isLoopback(host));
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException _) {
            return false; // a name that ends in a digit
        }
    }

    private static InetAddress address(String host, Pattern form) {
        if (!form.matcher(host).matches()) {
            throw refused();
        }
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException _) {
            throw refused(); // without the cause, whose message repeats the text
        }
    }

    private static void requireUsual(InetAddress address) {
        if (address.isLinkLocalAddress() || address.isAnyLocalAddress() || address.isMulticastAddress()) {
            throw new IllegalArgumentException("a host is not a link-local, unspecified or multicast address");
        }
    }

    private static IllegalArgumentException refused() {
        return new IllegalArgumentException(
                "a host is a name of letters, digits, dots and hyphens, or a literal address");
    }
}
