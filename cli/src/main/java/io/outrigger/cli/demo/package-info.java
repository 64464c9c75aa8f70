/**
 * The bookshop: a mesh of real processes on one machine, with traffic, a live table and a check of
 * what it promises.
 */
@NullMarked
package io.outrigger.cli.demo;

import org.jspecify.annotations.NullMarked;
