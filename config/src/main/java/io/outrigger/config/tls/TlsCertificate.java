package io.outrigger.config.tls;

import io.outrigger.config.source.DataSource;
import org.jspecify.annotations.Nullable;

/** A certificate chain and private key, in PEM, or PKCS #12 that holds both. */
public record TlsCertificate(
    @Nullable DataSource chain,
    @Nullable DataSource privateKey,
    @Nullable DataSource pkcs12,
    @Nullable DataSource password,
    @Nullable DataSource ocspStaple,
    String watchedDirectory) {}
