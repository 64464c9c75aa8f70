package io.outrigger.api.schema;

import org.jspecify.annotations.Nullable;

/**
 * A field of a message.
 *
 * @param position index among the message's fields
 * @param name as in the proto, snake_case
 * @param jsonName lowerCamelCase
 * @param presence whether an explicit default differs from absence (proto3 optional)
 * @param sensitive whether the value must never be shown
 * @param unread whether the proxy makes nothing of it, and warns
 * @param oneof index among the message's oneofs, -1 for none
 * @param typeName full name of the message or enum, "" for scalars
 * @param rules its validation rules, or null
 */
record FieldType(
    int position,
    String name,
    String jsonName,
    int number,
    FieldKind kind,
    boolean repeated,
    boolean deprecated,
    boolean presence,
    boolean sensitive,
    boolean unread,
    int oneof,
    String typeName,
    @Nullable Rules rules) {}
