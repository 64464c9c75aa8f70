/**
 * Hot restart: a new process takes the listening sockets of the old one over, and the old one
 * drains. The old side runs on its configuration loop; the new side asks from there, over a
 * connection that lives on a worker's loop.
 */
@NullMarked
package io.outrigger.proxy.restart;

import org.jspecify.annotations.NullMarked;
