package io.belvedere.server.wiring;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Every setting of the server, {@code belvedere.<area>.<thing>}. An unknown key stops the start. */
@ConfigMapping(prefix = "belvedere")
public interface Settings {
    CatalogSettings catalog();

    PolicySettings policy();

    AuditSettings audit();

    IdentitySettings identity();

    LimitSettings limits();

    EngineSettings engine();

    SourceSettings sources();

    TracingSettings tracing();

    MaskSettings masks();

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
    }

    /** Who callers are. */
    interface IdentitySettings {
        @Meaning(
                "File with bearer tokens for the laptop. Read in the profiles `laptop`, `dev` and `test` only; any other refuses to start with it.")
        Optional<Path> devFile();
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

    /** What the sources of the catalog may reach. */
    interface SourceSettings {
        @Meaning("Folder below which sources may be Parquet, CSV and DuckDB files; none when left out.")
        Optional<Path> filesFolder();
    }

    /** What masks need. */
    interface MaskSettings {
        @Meaning(
                "Folder with the keys of the mask `hash`: a file a key, its name the key's id, its first line at least 32 bytes in hexadecimal. Read at the start.")
        Optional<Path> hashKeys();

        @Meaning("The id of the key that hashes are made with where policy names none.")
        Optional<String> hashKey();
    }

    /** Where spans go. */
    interface TracingSettings {
        @Meaning(
                "Where spans are sent, in OTLP over HTTP, for example `http://127.0.0.1:4318/v1/traces`; no span is made without it.")
        Optional<URI> endpoint();
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
