package io.freshet.lake.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/**
 * Asks a table's one writer to repair rows, since two writers would spoil each other's commits. A
 * request is a file in the warehouse; when it is fulfilled, or can't be, an answer stands in its
 * place. A request that was fulfilled twice, since its writer was killed, changes nothing more.
 */
public final class RepairRequests {
  private static final String REQUEST = "+request+";
  private static final String ANSWER = "+answer+";

  private final JsonFiles files;

  public RepairRequests(URI warehouse, Configuration hadoop) {
    this.files = new JsonFiles(warehouse, "repair", hadoop);
  }

  /**
   * Asks.
   *
   * @param table {@code database.table}
   * @param keys as {@link Verification#keys} has them
   * @return the request's name
   */
  public String ask(String table, Collection<String> keys) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode all = json.putArray("keys");
    keys.forEach(all::add);
    String name = table + REQUEST + UUID.randomUUID();
    files.write(name, json);
    return name;
  }

  /** Requests that wait, by their table: one listing. */
  public Map<String, List<String>> waiting() {
    return files.list().keySet().stream()
        .filter(name -> name.contains(REQUEST))
        .collect(Collectors.groupingBy(name -> name.substring(0, name.indexOf(REQUEST))));
  }

  /** The keys of a request; empty if it was withdrawn. */
  public List<String> keys(String request) {
    List<String> keys = new ArrayList<>();
    files.read(request).ifPresent(json -> json.path("keys").forEach(key -> keys.add(key.asText())));
    return keys;
  }

  /** Answers a request that is fulfilled. */
  public void fulfilled(String request, Repair.Result result) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("upserted", result.upserted());
    json.put("deleted", result.deleted());
    json.put("equal", result.equal());
    answer(request, json);
  }

  /** Answers a request that can't be fulfilled. */
  public void refused(String request, String reason) {
    answer(request, JsonNodeFactory.instance.objectNode().put("reason", reason));
  }

  private void answer(String request, ObjectNode json) {
    files.write(answerTo(request), json);
    files.delete(request);
  }

  private static String answerTo(String request) {
    return request.replace(REQUEST, ANSWER);
  }

  /**
   * What became of a request.
   *
   * @param result what was done; empty if it could not be
   * @param reason why not
   */
  public record Answer(Optional<Repair.Result> result, String reason) {}

  /** The answer to a request, which is taken away; empty as long as there is none. */
  public Optional<Answer> answer(String request) {
    Optional<JsonNode> json = files.read(answerTo(request));
    json.ifPresent(found -> files.delete(answerTo(request)));
    return json.map(
        found ->
            found.has("reason")
                ? new Answer(Optional.empty(), found.path("reason").asText())
                : new Answer(
                    Optional.of(
                        new Repair.Result(
                            found.path("upserted").asInt(),
                            found.path("deleted").asInt(),
                            found.path("equal").asInt())),
                    ""));
  }

  /** Withdraws a request that nobody has taken up. */
  public void withdraw(String request) {
    files.delete(request);
  }
}
