/** The ingest job: which table writes next, and when to try again, sync and stop. */
package io.freshet.lake.job;
