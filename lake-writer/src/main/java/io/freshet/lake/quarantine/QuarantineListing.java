package io.freshet.lake.quarantine;

import io.freshet.lake.LakeException;
import io.freshet.lake.change.BadRecord;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.source.TopicPosition;
import io.freshet.lake.table.TableTimeline;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** What is in a lake's quarantine, as somebody sees it who does not write its tables. */
public final class QuarantineListing {
  private final LakeConfig config;
  private final Configuration hadoop;

  /**
   * @param hadoop how the warehouse is reached
   */
  public QuarantineListing(LakeConfig config, Configuration hadoop) {
    this.config = config;
    this.hadoop = hadoop;
  }

  /**
   * A table that has, or had, a quarantine.
   *
   * @param database its database
   * @param table its name there
   */
  public record Table(String database, String table) {
    /** {@code database.table}. */
    public String name() {
      return database + "." + table;
    }

    /**
     * @throws LakeException if a name is not of the form {@code database.table}
     */
    public static Table of(String name) {
      String[] parts = name.split("\\.");
      if (parts.length != 2) {
        throw new LakeException(
            "'" + name + "' is no table; name it as database.table, such as moma.artists");
      }
      return new Table(parts[0], parts[1]);
    }
  }

  /**
   * The tables to look at.
   *
   * @param name one table's name; empty for all that have a quarantine
   */
  public List<Table> tables(Optional<String> name) {
    if (name.isPresent()) {
      return List.of(Table.of(name.get()));
    }
    Path root = new Path(new Path(config.warehouse()), QuarantineFolder.ROOT);
    List<Table> tables = new ArrayList<>();
    for (Path database : folders(root)) {
      for (Path table : folders(database)) {
        tables.add(new Table(database.getName(), table.getName()));
      }
    }
    return tables;
  }

  private List<Path> folders(Path parent) {
    try {
      return Arrays.stream(parent.getFileSystem(hadoop).listStatus(parent))
          .filter(FileStatus::isDirectory)
          .map(FileStatus::getPath)
          .sorted()
          .toList();
    } catch (FileNotFoundException none) {
      return List.of();
    } catch (IOException unreachable) {
      throw new LakeException("listing " + parent + " failed: " + unreachable, unreachable);
    }
  }

  /** A table's folder. */
  public QuarantineFolder folder(Table table) {
    return new QuarantineFolder(config.warehouse(), table.database(), table.table(), hadoop);
  }

  /** A table's records in quarantine that are asked for, those of a commit under way left out. */
  public List<BadRecord> records(Table table, ReplayRequest which) {
    QuarantineFolder folder = folder(table);
    String base = config.warehouse().toString();
    TableTimeline timeline =
        new TableTimeline(
            table.name(),
            (base.endsWith("/") ? base : base + "/") + table.database() + "/" + table.table(),
            hadoop);
    Map<String, Optional<TopicPosition>> positions = new HashMap<>();
    List<BadRecord> records = new ArrayList<>();
    for (QuarantineFile file : folder.files()) {
      boolean committed =
          positions
              .computeIfAbsent(file.topic(), timeline::position)
              .map(file::isCommitted)
              .orElse(false);
      if (committed) {
        folder.read(file).stream().filter(which::matches).forEach(records::add);
      }
    }
    return records;
  }
}
