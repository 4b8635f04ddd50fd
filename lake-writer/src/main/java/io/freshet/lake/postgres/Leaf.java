package io.freshet.lake.postgres;

/**
 * A table that rows lie in: a table itself, or one of its partitions.
 *
 * @param oid its number in the catalog
 * @param blocks its size when it was asked for
 * @param file what its rows are stored in; another number means that it was rewritten since
 * @param hasBlocks false for a foreign table, whose rows are elsewhere
 */
record Leaf(long oid, String schema, String name, long blocks, long file, boolean hasBlocks) {}
