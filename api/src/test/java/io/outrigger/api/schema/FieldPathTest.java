package io.outrigger.api.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FieldPathTest {
  @Test
  void fieldsItemsAndEntriesAsUsersWriteThem() {
    FieldPath listeners = FieldPath.ROOT.field("static_resources").field("listeners");
    assertEquals(
        "static_resources.listeners[3].address", listeners.item(3).field("address").toString());
    assertEquals(
        "metadata.filter_metadata[envoy.lb].canary",
        FieldPath.ROOT
            .field("metadata")
            .field("filter_metadata")
            .entry("envoy.lb")
            .field("canary")
            .toString());
    assertEquals(
        "clusters[\"a\"].name",
        FieldPath.ROOT.field("clusters").quotedEntry("a").field("name").toString());
  }

  @Test
  void theRootHasNoTextAndATextMayBeginAPath() {
    assertTrue(FieldPath.of("").isRoot());
    assertEquals("", FieldPath.ROOT.toString());
    assertFalse(FieldPath.of("spec.http[0]").isRoot());
    assertEquals("spec.http[0].route", FieldPath.of("spec.http[0]").field("route").toString());
  }
}
