package io.freshet.lake.command;

import io.freshet.lake.LakeException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Properties;
import org.apache.spark.SparkUserAppException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The one main class that {@code spark-submit} starts.
 *
 * <p>Exit codes: 0 done, 1 it could not be done, 2 the command line or the configuration is wrong.
 */
@Command(
    name = "freshet",
    description = "Change data capture from PostgreSQL into Apache Hudi.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      SnapshotCommand.class,
      IngestCommand.class,
      StatusCommand.class,
      MaintainCommand.class,
      PurgeCommand.class,
      ReclusterCommand.class,
      QuarantineCommand.class,
      VerifyCommand.class,
      RepairCommand.class,
      SqlCommand.class
    })
public final class Main {
  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean verbose;

  private Main() {}

  public static void main(String[] args) throws SparkUserAppException {
    configureLogging();
    spareLibrariesTheirSearches();
    // Libraries print notes of their own to standard output, which is for rows alone.
    PrintWriter rows = new PrintWriter(System.out, true);
    System.setOut(System.err);
    end(commandLine().setOut(rows).execute(args), System.getProperties());
  }

  /**
   * Ends with an exit code. YARN's application master takes an exit for a crash, whatever the code,
   * and would start a driver that has done its work anew: there a main method ends by itself.
   *
   * @param submitted what Spark says of how it was submitted
   */
  static void end(int status, Properties submitted) throws SparkUserAppException {
    if (!"yarn".equals(submitted.getProperty("spark.master"))
        || !"cluster".equals(submitted.getProperty("spark.submit.deployMode"))) {
      System.exit(status);
    }
    if (status != 0) {
      throw new SparkUserAppException(status);
    }
  }

  static CommandLine commandLine() {
    Main main = new Main();
    return new CommandLine(main)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              OneLine.each(failure)
                  .forEach(line -> command.getErr().println("freshet: error: " + line));
              if (main.verbose) {
                StringWriter trace = new StringWriter();
                failure.printStackTrace(new PrintWriter(trace));
                command.getErr().println(trace);
              }
              return failure instanceof UsageException ? 2 : 1;
            });
  }

  /** Quiet logs, unless the cluster or the user has a configuration of their own. */
  private static void configureLogging() {
    if (System.getenv("SPARK_HOME") == null) {
      setDefault("log4j2.configurationFile", "io/freshet/lake/log4j2.properties");
    }
  }

  /** What these properties name is what the libraries would find, at some cost each time. */
  private static void spareLibrariesTheirSearches() {
    // The AWS SDK looks through the whole class path for an XML parser at each LIST of S3A.
    setDefault("org.xml.sax.driver", "com.sun.org.apache.xerces.internal.parsers.SAXParser");
    // Hudi measures its records with JOL, which tries to attach to this JVM, in vain.
    setDefault("jol.skipDynamicAttach", "true");
    setDefault("jol.skipHotspotSAAttach", "true");
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"freshet " + (version == null ? "(development)" : version)};
    }
  }

  /** The command line or the configuration is wrong: exit code 2. */
  static final class UsageException extends LakeException {
    private static final long serialVersionUID = 1L;

    UsageException(LakeException cause) {
      super(cause.getMessage(), cause);
    }
  }
}
