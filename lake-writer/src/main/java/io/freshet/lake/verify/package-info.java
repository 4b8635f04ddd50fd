/** Whether the lake equals its source, and what is done where it does not. */
package io.freshet.lake.verify;
