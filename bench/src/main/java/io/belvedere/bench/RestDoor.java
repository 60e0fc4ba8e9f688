package io.belvedere.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.LocalDate;
import java.time.LocalDateTime;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamReader;

/** REST with the JDK's own client, a row a line or in Arrow's batches. */
final class RestDoor implements Door {
    private static final JsonFactory JSON = JsonFactory.builder().build();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final RootAllocator memory = new RootAllocator();
    private final URI address;
    private final String token;
    private final Format format;

    RestDoor(int port, String token, Format format) {
        this.address = URI.create("http://127.0.0.1:" + port + "/api/v1/query");
        this.token = token;
        this.format = format;
    }

    /** What it asks for. */
    enum Format {
        NDJSON("application/x-ndjson"),
        ARROW("application/vnd.apache.arrow.stream");

        private final String type;

        Format(String type) {
            this.type = type;
        }
    }

    @Override
    public Tally all() throws IOException, InterruptedException {
        return read("\", \"parameters\": []");
    }

    @Override
    public Tally one(long id) throws IOException, InterruptedException {
        return read(" WHERE id = ?\", \"parameters\": [" + id + "]");
    }

    private Tally read(String rest) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = http.send(
                HttpRequest.newBuilder(address)
                        .header("Authorization", "Bearer " + token)
                        .header("Accept", format.type)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"sql\": \"" + DoorsTable.GOVERNED + rest + "}"))
                        .build(),
                BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                throw new IOException("the query ended with "
                        + new String(body.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
            }
            return switch (format) {
                case NDJSON -> lines(body);
                case ARROW -> batches(body);
            };
        }
    }

    /** A stream that breaks off has no end mark, and its reader says so. */
    private Tally batches(InputStream body) throws IOException {
        Tally tally = new Tally();
        try (ArrowStreamReader reader = new ArrowStreamReader(body, memory)) {
            while (reader.loadNextBatch()) {
                ArrowTally.add(reader.getVectorSchemaRoot(), tally);
            }
        }
        return tally;
    }

    private static Tally lines(InputStream body) throws IOException {
        Tally tally = new Tally();
        try (JsonParser json = JSON.createParser(body)) {
            while (json.nextToken() == JsonToken.START_OBJECT) {
                if ("$end".equals(json.nextFieldName())) {
                    return ended(json, tally);
                }
                row(json, tally);
            }
        }
        throw new IOException("the result has no last line");
    }

    private static Tally ended(JsonParser json, Tally tally) throws IOException {
        json.nextToken();
        for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
            if (field.equals("status")) {
                if ("complete".equals(json.nextTextValue())) {
                    return tally;
                }
                break;
            }
            json.nextToken();
            json.skipChildren();
        }
        throw new IOException("the result is not complete");
    }

    private static void row(JsonParser json, Tally tally) throws IOException {
        tally.rows(1);
        tally.whole(0, Long.parseLong(json.nextTextValue()));
        tally.whole(1, Long.parseLong(next(json)));
        next(json);
        tally.whole(2, json.getIntValue());
        tally.price(3, new BigDecimal(next(json)));
        next(json);
        tally.weight(4, json.getDoubleValue());
        tally.day(5, LocalDate.parse(next(json)));
        tally.moment(6, LocalDateTime.parse(next(json)));
        next(json);
        tally.flag(7, json.getBooleanValue());
        tally.text(8, next(json).length());
        tally.text(9, next(json).length());
        json.nextToken();
    }

    /** Goes to the next field's value, and gives its text. */
    private static String next(JsonParser json) throws IOException {
        json.nextToken();
        json.nextToken();
        return json.getText();
    }

    @Override
    public void close() {
        http.close();
        memory.close();
    }
}
