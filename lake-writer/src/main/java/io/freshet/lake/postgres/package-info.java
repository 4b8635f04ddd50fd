/**
 * PostgreSQL as a source that is read whole: {@code COPY … TO STDOUT (FORMAT binary)} as a Spark
 * data source, and what its catalog says of the tables.
 */
package io.freshet.lake.postgres;
