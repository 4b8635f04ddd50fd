/** The embedded stack as one thing, and its command line. */
package io.freshet.local;
