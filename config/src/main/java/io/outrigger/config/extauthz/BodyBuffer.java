package io.outrigger.config.extauthz;

/**
 * How much of a request's body goes along with the question.
 *
 * @param partial whether a longer body is cut, and not refused
 * @param asBytes whether it goes as bytes, and not as text
 */
public record BodyBuffer(int maxBytes, boolean partial, boolean asBytes) {}
