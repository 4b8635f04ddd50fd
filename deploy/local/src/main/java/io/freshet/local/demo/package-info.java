/** The whole pipeline on a small museum collection, shown step by step and checked at its end. */
package io.freshet.local.demo;
