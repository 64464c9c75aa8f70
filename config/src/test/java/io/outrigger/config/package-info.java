/** Tests of compilers and matchers, and what they share. */
package io.outrigger.config;
