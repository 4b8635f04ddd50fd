package io.freshet.connect.s3;

import io.freshet.connect.avro.LandedSchema;
import io.freshet.connect.avro.RecordProjector;
import io.freshet.connect.partition.Partitioner;

/**
 * How a Kafka partition's records are spread over files.
 *
 * @param partitioner in which folder a record is landed
 * @param filePerSchema whether files of several schemas are open side by side in one folder;
 *     otherwise another schema completes what is open
 * @param filesBeside whether files of the records' keys or headers lie beside the data files
 * @param maxOpenFiles data files that one partition may have open; one more completes them all
 * @param compatibility when a record becomes one of another version of its schema
 * @param projector what makes it one
 */
record Layout(
    Partitioner partitioner,
    boolean filePerSchema,
    boolean filesBeside,
    int maxOpenFiles,
    SchemaCompatibility compatibility,
    RecordProjector projector) {

  /** Whether one landing can be of several files, which a commit record makes one. */
  boolean hasCommits() {
    return filePerSchema || filesBeside || partitioner != Partitioner.KAFKA_PARTITION;
  }

  /** For one partition: the schemas that its records are landed with. */
  CurrentSchemas currentSchemas() {
    return new CurrentSchemas(compatibility, projector, maxOpenFiles);
  }

  /** Whether a record of this folder and schema can be landed together with what is open. */
  boolean fits(OpenFiles open, String path, LandedSchema schema) {
    if (open.has(path, schema)) {
      return true;
    }
    return open.count() < maxOpenFiles && (filePerSchema || !open.hasPath(path));
  }
}
