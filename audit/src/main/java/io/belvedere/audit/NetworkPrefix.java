package io.belvedere.audit;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/** The network a client came from: the first 24 bits of an IPv4 address, the first 48 of an IPv6 address. */
final class NetworkPrefix {
    private static final int IPV4_BYTES = 3;
    private static final int IPV6_BYTES = 6;

    private NetworkPrefix() {}

    /** The network of a literal address; empty for anything else. Never asks a name server. */
    static Optional<String> of(String address) {
        try {
            InetAddress literal = InetAddress.ofLiteral(address);
            boolean ipv4 = literal instanceof Inet4Address;
            int kept = ipv4 ? IPV4_BYTES : IPV6_BYTES;
            byte[] bytes = literal.getAddress();
            Arrays.fill(bytes, kept, bytes.length, (byte) 0);
            return Optional.of(InetAddress.getByAddress(bytes).getHostAddress() + "/" + kept * Byte.SIZE);
        } catch (IllegalArgumentException | UnknownHostException notAnAddress) {
            return Optional.empty();
        }
    }
}
