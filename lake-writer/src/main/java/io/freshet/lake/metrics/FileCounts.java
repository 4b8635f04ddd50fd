package io.freshet.lake.metrics;

import java.time.Instant;

/**
 * The files that a table's newest state is made of.
 *
 * @param groups file groups, which a query opens one by one
 * @param small those of them whose base file is missing or below Hudi's small-file limit
 * @param logs log files that compaction has yet to merge
 * @param bytes size of base and log files
 * @param counted when
 */
public record FileCounts(long groups, long small, long logs, long bytes, Instant counted) {}
