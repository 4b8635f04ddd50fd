/**
 * Where changes come from: the landing log, listed in position order and checked for gaps, as a
 * Structured Streaming source.
 *
 * <p>The stream's rows are not the changes but the landed files. A topic's schema may change from
 * one file to the next, and each table goes by the position in its own commits; so a micro-batch
 * only tells which files there are to work through, and who works through them reads them.
 */
package io.freshet.lake.source;
