/** The parts of the embedded stack: how each starts, shows that it is healthy, and stops. */
package io.freshet.local.service;
