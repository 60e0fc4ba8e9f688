package io.belvedere.server.catalog;

import io.belvedere.model.yaml.Diagnostic;
import io.belvedere.policy.PolicyGate;
import java.util.List;

/** The policy that decides for this server, wherever it comes from, and what is known about it. One thread loads; any thread may ask. */
public sealed interface PublishedPolicy extends AutoCloseable permits BundlePolicy, FolderPolicy, OpaPolicy {
    /** What decides. Closed with this policy. */
    PolicyGate gate();

    /** What decides, in the words of audit records: {@code opa-wasm} in this process, {@code opa-server} elsewhere. */
    String engine();

    /** What is wrong with its files now. */
    List<Diagnostic> problems();

    /** Notes in the audit log which policy decides from the start. */
    void start();

    /** Looks for a change, and notes it in the audit log. */
    void refresh();

    @Override
    void close();
}
