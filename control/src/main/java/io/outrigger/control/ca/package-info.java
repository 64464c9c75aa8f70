/**
 * Certificates for workloads behind Istio's CreateCertificate call, and the control plane's own.
 */
@NullMarked
package io.outrigger.control.ca;

import org.jspecify.annotations.NullMarked;
