package io.outrigger.control.gatewayapi;

import io.outrigger.control.resource.Fields;
import java.util.regex.Pattern;

/** Reads references, and host names as the Gateway API allows them. */
final class ObjectRefReader {
  private static final Pattern HOSTNAME =
      Pattern.compile("(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  private ObjectRefReader() {}

  static ObjectRef parent(Fields fields) {
    return new ObjectRef(
        fields.string("group", ObjectRef.GATEWAY_GROUP),
        fields.string("kind", "Gateway"),
        fields.string("namespace"),
        fields.required("name"),
        fields.string("sectionName"),
        fields.port("port"));
  }

  static ObjectRef backend(Fields fields) {
    return new ObjectRef(
        fields.string("group", ""),
        fields.string("kind", "Service"),
        fields.string("namespace"),
        fields.required("name"),
        null,
        fields.port("port"));
  }

  static ObjectRef certificate(Fields fields) {
    return new ObjectRef(
        fields.string("group", ""),
        fields.string("kind", "Secret"),
        fields.string("namespace"),
        fields.required("name"),
        null,
        null);
  }

  static ObjectRef parameters(Fields fields) {
    return new ObjectRef(
        fields.string("group", ""),
        fields.required("kind"),
        fields.string("namespace"),
        fields.required("name"),
        null,
        null);
  }

  static void hostname(Fields fields, String name, String hostname) {
    if (hostname.length() > 253 || !HOSTNAME.matcher(hostname).matches()) {
      fields.error(
          name,
          "\""
              + hostname
              + "\" isn't a host name; must be a DNS name in small letters, which may begin with"
              + " \"*.\"");
    }
  }
}
