package io.belvedere.server.wiring;

import io.belvedere.server.http.CsvFormulas;
import io.belvedere.server.telemetry.LogLines;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Every setting of the server, {@code belvedere.<area>.<thing>}. An unknown key stops the start. */
@ConfigMapping(prefix = "belvedere")
public interface Settings {
    CatalogSettings catalog();

    PolicySettings policy();

    AuditSettings audit();

    IdentitySettings identity();

    LimitSettings limits();

    ExportSettings exports();

    RateSettings rates();

    CsvSettings csv();

    EngineSettings engine();

    ResultSettings results();

    SourceSettings sources();

    DimensionSettings dimensions();

    TracingSettings tracing();

    LoggingSettings logging();

    MaskSettings masks();

    FlightSettings flight();

    /** The catalog's folder. */
    interface CatalogSettings {
        @Meaning("Folder with `sources/` and `views/`.")
        Path folder();

        @Meaning("How often the folders of the catalog and of the policy are looked at for changes.")
        @WithDefault("PT2S")
        Duration reloadInterval();
    }

    /** Who decides: the policy of a folder or of a bundle, in this process, or an OPA server. One of the three is set. */
    interface PolicySettings {
        @Meaning("Folder with the policy's `data.json`: roles, rules of classes, grants. It decides in this process.")
        Optional<Path> folder();

        BundleSettings bundle();

        OpaSettings opa();
    }

    /** A policy bundle that is served over HTTP and decides in this process. */
    interface BundleSettings {
        @Meaning(
                "Address of an OPA bundle (`tar.gz`) that decides in place of the folder, for example `https://bundles.internal/belvedere.tar.gz`; `http` on this machine only.")
        Optional<URI> address();

        @Meaning("File with the bearer token for the bundle's server; read for each question.")
        Optional<Path> tokenFile();

        @Meaning(
                "File with the key that bundles must be signed with: a public key in PEM, or the secret for `HS…`. Without it any bundle of the address is taken.")
        Optional<Path> keyFile();

        @Meaning(
                "The algorithm of the signature: `RS`, `PS`, `ES` or `HS` with `256`, `384` or `512`. What a bundle claims counts for nothing.")
        @WithDefault("RS256")
        String algorithm();

        @Meaning("How often the server is asked for a newer bundle.")
        @WithDefault("PT10S")
        Duration pollInterval();

        @Meaning("After how long without the server's word that the policy is the newest the log warns.")
        @WithDefault("PT60S")
        Duration warnAge();

        @Meaning("After how long without it nothing is answered any more; at most `PT60M`.")
        @WithDefault("PT10M")
        Duration maxAge();

        @Meaning(
                "File in which the server remembers the bundles that it took, so that none of them comes back after a restart; it makes the file. Without it they are forgotten.")
        Optional<Path> memoryFile();
    }

    /** An OPA server that decides. */
    interface OpaSettings {
        @Meaning(
                "Address of an OPA server that decides in place of the folder, for example `https://opa.internal:8181`; `http` on this machine only.")
        Optional<URI> address();

        @Meaning("File with the bearer token for the OPA server; read anew when it changes.")
        Optional<Path> tokenFile();
    }

    /** The audit log. */
    interface AuditSettings {
        @Meaning("Folder of the audit log; created if absent. Put it on a disk of its own.")
        Path folder();

        @Meaning("The cluster's name in the log's origin.")
        @WithDefault("belvedere.local")
        String cluster();

        @Meaning("This server's name in the log's origin; unique in the cluster.")
        @WithDefault("n1")
        String node();

        @Meaning(
                "How long a request waits for its record to be on the disk before it is refused; at least `PT0.1S`, at most `PT1M`.")
        @WithDefault("PT1S")
        Duration durableWithin();
    }

    /** Who callers are. */
    interface IdentitySettings {
        @Meaning(
                "File with bearer tokens for the laptop. Read in the profiles `laptop`, `dev` and `test` only; any other refuses to start with it.")
        Optional<Path> devFile();

        @Meaning(
                "Whether a proxy ends TLS before this server, and nothing else can reach it. Without it, a server that others can reach asks for TLS.")
        @WithDefault("false")
        boolean behindTlsProxy();

        OidcSettings oidc();
    }

    /** The OpenID Connect provider that vouches for callers. */
    interface OidcSettings {
        @Meaning(
                "Issuer of the tokens that callers bring, to the letter, for example `https://id.internal/realms/company`; `http` on this machine only.")
        Optional<URI> issuer();

        @Meaning("What this server is called at the provider.")
        Optional<String> clientId();

        @Meaning("File whose first line is this server's secret at the provider, which asks about tokens with it.")
        Optional<Path> clientSecretFile();

        @Meaning("Whom tokens must be meant for (`aud`); the client-id when left out.")
        Optional<String> audience();

        @Meaning(
                "The one algorithm that tokens are signed with: `RS`, `PS` or `ES` with `256`, `384` or `512`, or `EdDSA`.")
        @WithDefault("RS256")
        String algorithm();

        @Meaning("How long a token may hold; longer ones are refused. At most `PT15M`.")
        @WithDefault("PT5M")
        Duration tokenLifeMax();

        @Meaning("How far the clocks of provider and server may be apart; at most `PT60S`.")
        @WithDefault("PT0S")
        Duration clockSkew();

        @Meaning(
                "The clients whose tokens are taken (`azp`); every client that gets tokens for this server when left out.")
        Optional<Set<String>> clients();

        @Meaning("Clients that act for whoever's token they got: a person's token of theirs is an agent's.")
        Optional<Set<String>> agentClients();

        @Meaning("Claim with a name for people.")
        @WithDefault("preferred_username")
        String nameClaim();

        @Meaning("Claim with the list of roles, or the path to it with `/`.")
        @WithDefault("realm_access/roles")
        String rolesClaim();

        @Meaning("Claim with the list of groups; each is the role `group:<group>` for policy.")
        Optional<String> groupsClaim();

        @Meaning("By the name of an attribute that policy knows, the claim that holds it.")
        Map<String, String> attributes();

        @Meaning(
                "Whether a name and a password of the JDBC driver are exchanged for a token at the provider, where it allows that to this client.")
        @WithDefault("false")
        boolean passwordGrant();
    }

    /** How much may be asked. */
    interface LimitSettings {
        @Meaning("Queries that run at once on this server.")
        @WithDefault("64")
        @Min(1)
        @Max(512)
        int running();

        @Meaning("Queries of one caller that run at once.")
        @WithDefault("4")
        @Min(1)
        @Max(16)
        int runningPerCaller();

        @Meaning("Queries of one caller that wait for the caller's own to end; more are refused at once.")
        @WithDefault("8")
        @Min(0)
        @Max(64)
        int waitingPerCaller();

        @Meaning("Queries that wait for a place; more are refused at once.")
        @WithDefault("256")
        @Min(0)
        @Max(2048)
        int waiting();

        @Meaning("How long a query waits for a place.")
        @WithDefault("PT2S")
        Duration waitingTime();

        @Meaning("A request's deadline when it names none.")
        @WithDefault("PT60S")
        Duration timeout();

        @Meaning("The longest deadline a request may name.")
        @WithDefault("PT10M")
        Duration timeoutMax();

        @Meaning("Bytes of a result that are held back, so that an early error still gets its own status.")
        @WithDefault("65536")
        @Min(1024)
        @Max(1048576)
        int firstPageBytes();

        @Meaning("How long a client may take to read what was sent before its query is cancelled.")
        @WithDefault("PT30S")
        Duration slowReader();

        @Meaning("Finished queries that GET /queries still shows.")
        @WithDefault("1000")
        @Min(0)
        @Max(10000)
        int finishedKept();

        @Meaning("How long after its start a finished query is still shown.")
        @WithDefault("PT1H")
        Duration finishedKeptFor();

        @Meaning("How full the heap may be after a collection, in percent, before no further query is let in.")
        @WithDefault("85")
        @Min(50)
        @Max(95)
        int heapPercent();

        @Meaning("How long running queries may go on after the server was told to stop; at most 50 seconds.")
        @WithDefault("PT30S")
        Duration drain();
    }

    /** How much may be exported. */
    interface ExportSettings {
        @Meaning(
                "Exports that run at once on this server; they take places of `belvedere.limits.running`, at most half of them.")
        @WithDefault("4")
        @Min(1)
        @Max(64)
        int running();

        @Meaning("Exports of one caller that run at once.")
        @WithDefault("1")
        @Min(1)
        @Max(16)
        int runningPerCaller();

        @Meaning("Exports of one caller that wait for the caller's own to end; more are refused at once.")
        @WithDefault("4")
        @Min(0)
        @Max(64)
        int waitingPerCaller();

        @Meaning("How long an export waits for a place. It gets one only while no query waits.")
        @WithDefault("PT30S")
        Duration waitingTime();

        @Meaning("An export's deadline when it names none.")
        @WithDefault("PT10M")
        Duration timeout();

        @Meaning("The longest deadline an export may name; at most `PT60M`.")
        @WithDefault("PT10M")
        Duration timeoutMax();

        @Meaning("Rows of one export, whatever policy and contract allow.")
        @WithDefault("5000000")
        @Min(1)
        @Max(100000000)
        long maxRows();

        @Meaning("Size of one export's file before it is compressed for its way, in MiB.")
        @WithDefault("2048")
        @Min(1)
        @Max(65536)
        int maxMib();
    }

    /** How fast one caller may ask, and how much one may take. Each server counts for itself. */
    interface RateSettings {
        @Meaning("Requests of one caller in a second, for long; 0 for no limit.")
        @WithDefault("500")
        @Min(0)
        @Max(1000000)
        int requestsPerSecond();

        @Meaning("Requests that a caller may send at once after a rest.")
        @WithDefault("2000")
        @Min(1)
        @Max(1000000)
        int requestsAtOnce();

        @Meaning("Rows that a caller may take in a day of UTC; 0 for no limit.")
        @WithDefault("0")
        @Min(0)
        long rowsPerDay();

        @Meaning("How much a caller may take in a day of UTC, in MiB before it is compressed; 0 for no limit.")
        @WithDefault("0")
        @Min(0)
        @Max(1000000000)
        long mibPerDay();

        @Meaning("Callers that are remembered; past it the one who has not asked for longest begins anew.")
        @WithDefault("20000")
        @Min(100)
        @Max(1000000)
        int callers();
    }

    /** How CSV is written. */
    interface CsvSettings {
        @Meaning(
                "What becomes of text in CSV that a spreadsheet would take for a formula: `quote` puts a `'` before it, `keep` leaves it, for readers that are no spreadsheets.")
        @WithDefault("quote")
        CsvFormulas formulas();
    }

    /** What the sources of the catalog may reach. */
    interface SourceSettings {
        @Meaning("Folder below which sources may be Parquet, CSV and DuckDB files; none when left out.")
        Optional<Path> filesFolder();

        @Meaning(
                "Sources whose role may do more than read, knowingly; for every other one that may write the server does not start.")
        Optional<List<String>> acceptWriteRights();
    }

    /** The door for JDBC and other clients of Flight SQL. */
    interface FlightSettings {
        @Meaning("Whether Flight SQL is served.")
        @WithDefault("true")
        boolean enabled();

        @Meaning("The address that Flight SQL listens at; one of another machine's reach only with a certificate.")
        @WithDefault("127.0.0.1")
        String host();

        @Meaning("The port that Flight SQL listens at; `0` for any that is free.")
        @WithDefault("8422")
        @Min(0)
        @Max(65535)
        int port();

        @Meaning("File with the certificate chain, in PEM. With it and the key Flight SQL is served over TLS only.")
        Optional<Path> certificate();

        @Meaning("File with the private key of the certificate, in PEM (PKCS#8); readable by its owner alone.")
        Optional<Path> key();

        @Meaning("Connections of clients of Flight SQL at once; more are closed as they come.")
        @WithDefault("500")
        @Min(1)
        @Max(10000)
        int connections();
    }

    /** The dimensions that are kept in memory. */
    interface DimensionSettings {
        @Meaning(
                "Memory of all dimensions together, in MiB, off the heap; 256, or a quarter of the heap where that is less, when left out. At most a quarter of the heap.")
        Optional<Integer> memoryMib();

        @Meaning("Memory of one dimension, in MiB; its own `maxBytes` may only ask for less.")
        @WithDefault("64")
        @Min(1)
        @Max(1024)
        int dimensionMib();

        @Meaning(
                "How old rows of a dimension may be that a query is answered with; its own `maxStaleness` may only ask for less. At most `PT1H`.")
        @WithDefault("PT15M")
        Duration maxStaleness();

        @Meaning("How long one load may take; at most `PT10M`.")
        @WithDefault("PT1M")
        Duration loadTimeout();
    }

    /** What masks need. */
    interface MaskSettings {
        @Meaning(
                "Folder with the keys of the mask `hash`: a file a key, its name the key's id, its first line at least 32 bytes in hexadecimal. Read at the start, and again while the server runs.")
        Optional<Path> hashKeys();

        @Meaning("The id of the key that hashes are made with where policy names none.")
        Optional<String> hashKey();
    }

    /** What becomes of the server's own log lines. */
    interface LoggingSettings {
        @Meaning("`text` for people, or `json`: one object a line.")
        @WithDefault("text")
        LogLines.Form form();

        @Meaning(
                "Where log lines are sent too, in OTLP over HTTP, for example `http://127.0.0.1:4318/v1/logs`; nowhere without it.")
        Optional<URI> endpoint();
    }

    /** Where spans go. */
    interface TracingSettings {
        @Meaning(
                "Where spans are sent, in OTLP over HTTP, for example `http://127.0.0.1:4318/v1/traces`; no span is made without it.")
        Optional<URI> endpoint();
    }

    /** Results of views that let them be kept. */
    interface ResultSettings {
        @Meaning("Memory of all results that are kept, in MiB; 0 keeps none, whatever views let.")
        @WithDefault("64")
        @Min(0)
        @Max(8192)
        int memoryMib();

        @Meaning("Memory of one result that is kept, in MiB; a larger one is answered each time.")
        @WithDefault("8")
        @Min(1)
        @Max(1024)
        int resultMib();
    }

    /** The engine that joins what spans sources. */
    interface EngineSettings {
        @Meaning("Memory of one query in the engine, and of one source in files, in MiB.")
        @WithDefault("512")
        @Min(64)
        @Max(8192)
        int memoryMib();

        @Meaning("Disk space of one query in the engine, in MiB; 0 for none.")
        @WithDefault("2048")
        @Min(0)
        @Max(51200)
        int spillMib();

        @Meaning("Folder where the engine spills to; only this user may be able to write to it. Emptied by each query.")
        @WithDefault("${java.io.tmpdir}/belvedere-spill-${user.name}")
        Path spillFolder();

        @Meaning("Databases of the engine that are made ahead of need.")
        @WithDefault("4")
        @Min(0)
        @Max(64)
        int warm();

        @Meaning("Threads of one query in the engine.")
        @WithDefault("2")
        @Min(1)
        @Max(8)
        int threads();
    }
}
