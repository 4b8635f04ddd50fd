/**
 * The messages that could not be made rows, each table's in a folder of Avro files beside the
 * tables: {@code <warehouse>/.quarantine/<database>/<table>}.
 *
 * <p>Exactly once: the bad records of a commit are written to files before it, one for each Kafka
 * partition, named after the position where the commit begins. The commit moves that position, so a
 * file counts as soon as the table's position is behind its name, and not before. What a killed
 * process leaves without a commit is removed by the next, before it reads the same messages again.
 */
package io.freshet.lake.quarantine;
