package io.freshet.connect.s3;

import io.freshet.connect.avro.SchemaId;

/**
 * What the records of one file have in common.
 *
 * @param path folder below the topic's, without slashes at its ends
 * @param schema identity of their schema
 */
record Slot(String path, SchemaId schema) {}
