/**
 * Bulk loads: a whole database's tables into new lake tables at one position of its WAL, from which
 * a source connector goes on.
 */
package io.freshet.lake.snapshot;
