/**
 * What a running job says of itself: counts and times of its tables, its status as JSON and as
 * text, and the HTTP server that answers for them.
 */
package io.freshet.lake.metrics;
