package io.freshet.local;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** What every command understands. */
@Command(mixinStandardHelpOptions = true, versionProvider = CommonOptions.Version.class)
final class CommonOptions {
  // Read where errors are reported, from the arguments themselves: parsing may be what failed.
  @Option(names = "--verbose", description = "show stack traces of errors")
  private boolean verbose;

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = CommonOptions.class.getPackage().getImplementationVersion();
      return new String[] {"freshet " + (version == null ? "(development)" : version)};
    }
  }
}
