/**
 * Applications that tests run in pods: a server, and a load that counts what goes wrong. They know
 * nothing of a mesh. Processes of their own; a thread a request.
 */
@org.jspecify.annotations.NullMarked
package io.outrigger.e2e.kubernetes.app;
