package io.freshet.local.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Spark SQL on the stack's lake: one {@code freshet sql} process that answers many queries, because
 * starting Spark takes longer than most of them.
 */
public final class LakeSql implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The only column of the row that stands for a statement's failure. */
  private static final String ERROR = "freshet_error";

  private static final List<String> ARGUMENTS = List.of("sql", "--format", "json", "--keep-going");

  private final Process spark;
  private final Path log;
  private final BufferedWriter statements;
  private final BufferedReader answers;

  private LakeSql(Process spark, Path log) {
    this.spark = spark;
    this.log = log;
    this.statements =
        new BufferedWriter(new OutputStreamWriter(spark.getOutputStream(), StandardCharsets.UTF_8));
    this.answers =
        new BufferedReader(new InputStreamReader(spark.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Starts the process and returns at once; the first query waits for it.
   *
   * @param log where its standard error goes
   */
  public static LakeSql start(Stack stack, Path log) {
    return new LakeSql(
        SparkProcess.start(stack, redirected(SparkProcess.prepare(stack, ARGUMENTS), log))
            .process(),
        log);
  }

  /**
   * The same against a pipeline that runs elsewhere.
   *
   * @param environment what {@link Stack#environment} would say of it
   */
  public static LakeSql start(
      Distribution distribution, Map<String, String> environment, Path log) {
    try {
      return new LakeSql(
          redirected(SparkProcess.prepare(distribution, environment, ARGUMENTS), log).start(), log);
    } catch (IOException failed) {
      throw new StackException("Spark SQL can't be started: " + Failures.reason(failed), failed);
    }
  }

  private static ProcessBuilder redirected(ProcessBuilder builder, Path log) {
    // Small queries: the better compiler would cost more time than its code saves.
    builder.command().add(1, ServiceContext.QUICK_START);
    return builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
  }

  /**
   * Runs one statement.
   *
   * @param statement without a semicolon at its end
   * @return its rows, each a JSON object in which null columns are absent
   * @throws StackException if the statement failed, with the error's text
   */
  public List<JsonNode> query(String statement) {
    String end = UUID.randomUUID().toString();
    try {
      statements.write(statement + ";\nselect '" + end + "' as end;\n");
      statements.flush();
      List<JsonNode> rows = new ArrayList<>();
      String error = null;
      String line = answers.readLine();
      while (line != null && !line.contains(end)) {
        JsonNode row = JSON.readTree(line);
        if (row.has(ERROR)) {
          error = row.get(ERROR).asText();
        }
        rows.add(row);
        line = answers.readLine();
      }
      if (line == null) {
        throw failed(statement);
      }
      if (error != null) {
        throw new StackException(error);
      }
      return rows;
    } catch (JsonProcessingException notJson) {
      throw new StackException(statement + ": answered with something else than rows", notJson);
    } catch (IOException broken) {
      throw failed(statement);
    }
  }

  private StackException failed(String statement) {
    return new StackException(
        "%s failed:%n%s".formatted(statement, String.join("\n", LogTail.read(log, 0, 10))));
  }

  /** Ends the process without an answer to the query under way, and waits for that. */
  public void terminate() {
    spark.destroy();
    try {
      spark.waitFor();
    } catch (InterruptedException cutOff) {
      spark.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the process. */
  @Override
  public void close() {
    try {
      statements.close();
      spark.waitFor();
      answers.close();
    } catch (IOException gone) {
      spark.destroyForcibly();
    } catch (InterruptedException cutOff) {
      spark.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
