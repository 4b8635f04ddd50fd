/**
 * Avro as Kafka carries it and as the landing log keeps it: finding a message's schema, checking
 * its body and appending it, undecoded, to an object-container file.
 */
package io.freshet.connect.avro;
