package io.belvedere.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.sql.impl.FlightSql;

/** Who may do what over Flight SQL. What {@link #OPEN} does not list is to be refused, and so is every message that the protocol has. */
final class FlightMatrix {
    private static final String SQL = "SELECT city FROM crm.customer_360";
    private static final Set<String> OFFERED =
            Set.of("CreatePreparedStatement", "ClosePreparedStatement", "CancelQuery");
    private static final Set<String> ABSENT = Set.of("NOT_FOUND", "UNAUTHORIZED");

    /** What is offered: with rows about views for some, and with nothing about them for the other callers that are known. */
    private record Door(Message message, Set<Role> given) {}

    private static final Map<String, Door> OPEN = open(
            new Door(FlightSql.CommandStatementQuery.newBuilder().setQuery(SQL).build(), Role.READERS),
            new Door(FlightSql.CommandGetDbSchemas.getDefaultInstance(), Role.TOLD),
            new Door(FlightSql.CommandGetTables.getDefaultInstance(), Role.TOLD),
            new Door(
                    FlightSql.CommandGetPrimaryKeys.newBuilder()
                            .setDbSchema("crm")
                            .setTable("customer_360")
                            .build(),
                    Role.TOLD),
            new Door(FlightSql.CommandGetCatalogs.getDefaultInstance(), Set.of()),
            new Door(FlightSql.CommandGetImportedKeys.getDefaultInstance(), Set.of()),
            new Door(FlightSql.CommandGetExportedKeys.getDefaultInstance(), Set.of()),
            new Door(FlightSql.CommandGetCrossReference.getDefaultInstance(), Set.of()),
            new Door(FlightSql.CommandGetTableTypes.getDefaultInstance(), Role.KNOWN),
            new Door(FlightSql.CommandGetSqlInfo.getDefaultInstance(), Role.KNOWN),
            new Door(FlightSql.CommandGetXdbcTypeInfo.getDefaultInstance(), Role.KNOWN));

    private final int port;

    FlightMatrix(int port) {
        this.port = port;
    }

    private static Map<String, Door> open(Door... doors) {
        Map<String, Door> open = new LinkedHashMap<>();
        for (Door door : doors) {
            open.put(door.message().getDescriptorForType().getName(), door);
        }
        return open;
    }

    /** Sends every command of the protocol with every token; gives what was not as it is to be. */
    List<String> wrongCommands(List<Bearer> bearers) {
        List<String> wrong = new ArrayList<>();
        for (Bearer bearer : bearers) {
            try (FlightCaller caller = FlightCaller.at(port, bearer.token())) {
                for (Descriptors.Descriptor type : messages("Command")) {
                    String answer = ask(caller, type);
                    if (!isRight(type.getName(), bearer.role(), answer)) {
                        wrong.add(type.getName() + " as " + bearer.name() + " gave " + answer);
                    }
                }
            }
        }
        return wrong;
    }

    private static boolean isRight(String type, Role role, String answer) {
        Door door = OPEN.get(type);
        if (!role.isKnown()) {
            return answer.equals("UNAUTHENTICATED");
        }
        if (door == null) {
            return Set.of("UNIMPLEMENTED", "NOT_FOUND").contains(answer);
        }
        if (door.given().contains(role)) {
            return answer.equals("rows");
        }
        return type.contains("Statement") ? ABSENT.contains(answer) : answer.equals("nothing");
    }

    private static String ask(FlightCaller caller, Descriptors.Descriptor type) {
        Door door = OPEN.get(type.getName());
        Message command = door == null ? DynamicMessage.getDefaultInstance(type) : door.message();
        try {
            FlightInfo info = caller.client()
                    .getInfo(FlightDescriptor.command(Any.pack(command).toByteArray()), caller.token());
            FlightCaller.Answer answer =
                    caller.read(info.getEndpoints().getFirst().getTicket());
            return answer.rows().isEmpty() ? "nothing" : "rows";
        } catch (FlightRuntimeException refused) {
            return refused.status().code().name();
        }
    }

    /** Sends every action of the protocol that is not offered, and some that it has not, with every token. */
    List<String> wrongActions(List<Bearer> bearers) {
        Any body = Any.pack(FlightSql.ActionBeginTransactionRequest.getDefaultInstance());
        List<String> wrong = new ArrayList<>();
        for (Bearer bearer : bearers) {
            try (FlightCaller caller = FlightCaller.at(port, bearer.token())) {
                for (String type : notOffered()) {
                    String answer = act(caller, type, body);
                    if (!answer.equals(bearer.role().isKnown() ? "UNIMPLEMENTED" : "UNAUTHENTICATED")) {
                        wrong.add(type + " as " + bearer.name() + " gave " + answer);
                    }
                }
            }
        }
        return wrong;
    }

    private static Set<String> notOffered() {
        Set<String> types =
                new TreeSet<>(Set.of("", "Anything", "createpreparedstatement", "CreatePreparedStatement "));
        messages("Action").stream()
                .map(Descriptors.Descriptor::getName)
                .filter(name -> name.endsWith("Request"))
                .forEach(name -> types.add(name.substring("Action".length(), name.length() - "Request".length())));
        types.removeAll(OFFERED);
        assertThat(types).contains("BeginTransaction", "CreatePreparedSubstraitPlan");
        return types;
    }

    /** Prepares a statement on a view with every token. */
    List<String> wrongPreparations(List<Bearer> bearers) {
        Any create = Any.pack(FlightSql.ActionCreatePreparedStatementRequest.newBuilder()
                .setQuery(SQL)
                .build());
        List<String> wrong = new ArrayList<>();
        for (Bearer bearer : bearers) {
            try (FlightCaller caller = FlightCaller.at(port, bearer.token())) {
                String answer = act(caller, "CreatePreparedStatement", create);
                Set<String> right = Role.READERS.contains(bearer.role())
                        ? Set.of("done")
                        : bearer.role().isKnown() ? ABSENT : Set.of("UNAUTHENTICATED");
                if (!right.contains(answer)) {
                    wrong.add(bearer.name() + " gave " + answer);
                }
            }
        }
        return wrong;
    }

    private static String act(FlightCaller caller, String type, Any body) {
        try {
            Iterator<Result> results = caller.client().doAction(new Action(type, body.toByteArray()), caller.token());
            while (results.hasNext()) {
                results.next();
            }
            return "done";
        } catch (FlightRuntimeException refused) {
            return refused.status().code().name();
        }
    }

    private static List<Descriptors.Descriptor> messages(String kind) {
        List<Descriptors.Descriptor> found = FlightSql.getDescriptor().getMessageTypes().stream()
                .filter(type -> type.getName().startsWith(kind))
                .toList();
        assertThat(found).hasSizeGreaterThan(5);
        return found;
    }
}
