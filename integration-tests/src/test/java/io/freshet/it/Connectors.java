package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.freshet.connectors.ConnectorsCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** The shipped connector configs, and the tool that applies them. */
final class Connectors {
  static final ObjectMapper JSON = new ObjectMapper();

  /** What a source connector needs to flatten its changes. */
  static final Map<String, String> FLATTENED =
      Map.of(
          "transforms", "unwrap",
          "transforms.unwrap.type", "io.debezium.transforms.ExtractNewRecordState",
          "transforms.unwrap.delete.tombstone.handling.mode", "rewrite",
          "transforms.unwrap.add.fields", "op,db,schema,table,lsn,source.ts_ms");

  private final Pipeline pipeline;

  Connectors(Pipeline pipeline) {
    this.pipeline = pipeline;
  }

  /** Where the shipped configs are. */
  static Path shipped(String name) {
    return Path.of(System.getProperty("freshet.root"), "connector-configs", name + ".json");
  }

  /**
   * A copy of a shipped config under another name.
   *
   * @param changes keys to set; a null value removes the key
   */
  Path variant(String shipped, String name, Map<String, String> changes) throws IOException {
    ObjectNode config = (ObjectNode) JSON.readTree(shipped(shipped).toFile());
    changes.forEach(
        (key, value) -> {
          if (value == null) {
            config.remove(key);
          } else {
            config.put(key, value);
          }
        });
    Path file = pipeline.folder().resolve(name + ".json");
    Files.writeString(file, config.toPrettyString());
    return file;
  }

  /** Runs {@code freshet connectors …} and expects success. */
  String run(String command, Object... files) {
    StringWriter output = new StringWriter();
    int status = execute(output, command, files);
    assertThat(status).as(output.toString()).isZero();
    return output.toString();
  }

  /** Runs {@code freshet connectors …} and expects a refusal. */
  String refused(String command, Object... files) {
    StringWriter output = new StringWriter();
    int status = execute(output, command, files);
    assertThat(status).as(output.toString()).isEqualTo(1);
    return output.toString();
  }

  private int execute(StringWriter output, String command, Object... files) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                command, "--connect", pipeline.env("FRESHET_CONNECT_URL"), "--timeout", "120s"));
    for (Object file : files) {
      arguments.add(file.toString());
    }
    CommandLine tool = ConnectorsCommand.commandLine();
    ((ConnectorsCommand) tool.getCommandSpec().userObject()).environment(pipeline.environment());
    return tool.setOut(new PrintWriter(output))
        .setErr(new PrintWriter(output))
        .execute(arguments.toArray(String[]::new));
  }
}
