package io.freshet.lake.config;

/**
 * What one commit takes at most, so that it needs bounded memory and disk, and a failure repeats
 * little. A table's first commit may be larger: it reads nothing back and spills what it sorts,
 * while each further commit to a table that is copied on write writes all files anew.
 *
 * @param bytes of landed files or Kafka messages, for each commit but the first; one file is always
 *     taken whole
 * @param firstBytes the same for the first commit
 * @param files landed files for each commit but the first
 * @param firstFiles the same for the first commit
 */
public record CommitLimits(long bytes, long firstBytes, int files, int firstFiles) {
  private static final int MEGABYTES = 256;
  private static final int FIRST_MEGABYTES = 2_048;
  private static final int FILES = 1_000;
  private static final int FIRST_FILES = 16_000;

  /** What holds where nothing is said. */
  public static final CommitLimits DEFAULTS = ofMegabytes(MEGABYTES, FIRST_MEGABYTES);

  private static CommitLimits ofMegabytes(int each, int first) {
    return new CommitLimits((long) each << 20, (long) first << 20, FILES, FIRST_FILES);
  }

  static CommitLimits of(Section lake) {
    return ofMegabytes(
        lake.number("commit-megabytes", MEGABYTES, 1, 1 << 20),
        lake.number("first-commit-megabytes", FIRST_MEGABYTES, 1, 1 << 20));
  }

  /**
   * Whether a commit is full.
   *
   * @param first whether it is the table's first
   * @param files files that it has
   * @param bytes what they and the next one have
   */
  public boolean isFull(boolean first, int files, long bytes) {
    return bytes > (first ? firstBytes : this.bytes) || files >= (first ? firstFiles : this.files);
  }
}
