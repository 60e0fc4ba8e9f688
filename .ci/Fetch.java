import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;

/** Fetches a pinned program: {@code java Fetch.java URL SHA256 FILE}. The file appears only when its digest is the pinned one. */
final class Fetch {
    public static void main(String[] args) throws Exception {
        if (args.length != 3) {
            System.err.println("usage: java Fetch.java URL SHA256 FILE");
            System.exit(2);
        }
        Path file = Path.of(args[2]).toAbsolutePath();
        Files.createDirectories(file.getParent());
        Path fetched = Files.createTempFile(file.getParent(), "fetch", ".part");
        try {
            String digest = download(URI.create(args[0]), fetched);
            if (!digest.equals(args[1])) {
                System.err.println("error: " + args[0] + " has SHA-256 " + digest + ", but " + args[1] + " is pinned");
                System.exit(1);
            }
            Files.setPosixFilePermissions(fetched, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(fetched, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fetched);
        }
    }

    private static String download(URI address, Path file) throws Exception {
        HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(Duration.ofSeconds(20))
                .build();
        HttpRequest request =
                HttpRequest.newBuilder(address).timeout(Duration.ofMinutes(5)).build();
        var response = client.send(request, BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            throw new IOException(address + " answered " + response.statusCode());
        }
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        try (InputStream body = new DigestInputStream(response.body(), sha256)) {
            Files.copy(body, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return HexFormat.of().formatHex(sha256.digest());
    }
}
