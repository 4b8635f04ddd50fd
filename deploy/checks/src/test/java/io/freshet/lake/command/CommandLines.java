package io.freshet.lake.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Command lines as the lake writer itself reads them; nothing is run. A program of its own, on
 * Spark's class path, which never meets that of the tests.
 */
public final class CommandLines {
  private CommandLines() {}

  /**
   * @param args {@code options}: prints a line for each option, {@code ingest --config} or {@code
   *     quarantine list --config}; {@code mistakes}: prints for each line of standard input, its
   *     words separated by tabs, what is wrong with it, or nothing
   */
  public static void main(String[] args) throws IOException {
    if (args[0].equals("options")) {
      print("", Main.commandLine());
      return;
    }
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      try {
        Main.commandLine().parseArgs(line.split("\t"));
      } catch (ParameterException wrong) {
        System.out.println(line.replace('\t', ' ') + ": " + wrong.getMessage());
      }
    }
  }

  private static void print(String prefix, CommandLine parser) {
    for (OptionSpec option : parser.getCommandSpec().options()) {
      for (String name : option.names()) {
        System.out.println((prefix + " " + name).trim());
      }
    }
    for (Map.Entry<String, CommandLine> below : parser.getSubcommands().entrySet()) {
      print((prefix + " " + below.getKey()).trim(), below.getValue());
    }
  }
}
