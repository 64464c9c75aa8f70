/**
 * Installs Outrigger in a Kubernetes cluster: looks first whether the cluster fits, lets helm do
 * the work with the chart that lies beside this, and takes away what control planes leave behind.
 */
@NullMarked
package io.outrigger.cli.install;

import org.jspecify.annotations.NullMarked;
