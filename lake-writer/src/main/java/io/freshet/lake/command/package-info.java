/** The command line: one class for each subcommand, which parses and delegates. */
package io.freshet.lake.command;
