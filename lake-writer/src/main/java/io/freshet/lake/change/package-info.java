/**
 * What a change row is: from a landed message's Avro record to a row of a lake table, with its
 * order, deletes and types, and how a table's schema follows its source's.
 */
package io.freshet.lake.change;
