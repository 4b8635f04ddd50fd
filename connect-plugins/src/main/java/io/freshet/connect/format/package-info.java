/** What the bytes of a landed file are. */
package io.freshet.connect.format;
