package io.outrigger.proxy.accesslog;

import com.google.protobuf.Value;
import io.outrigger.config.accesslog.FormatElement;

/** A value of filter state: PLAIN as it is, TYPED (the default) as JSON, FIELD a member of it. */
record FilterStatePiece(FormatElement.FilterState state) implements Piece {
  @Override
  public boolean write(LogBuffer out, LogEntry entry) {
    Value value = state.upstream() ? null : entry.filterState(state.key());
    if (value != null && !state.field().isEmpty()) {
      value = value.getStructValue().getFieldsMap().get(state.field());
    }
    if (value == null) {
      return false;
    }
    if (state.plain() || !state.field().isEmpty()) {
      if (!value.hasStringValue()) {
        return false;
      }
      out.put(value.getStringValue());
    } else {
      MetadataPiece.json(out, value);
    }
    return true;
  }
}
