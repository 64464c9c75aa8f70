package io.outrigger.proxy.http;

import io.outrigger.config.hcm.HttpConnectionManagerConfig.ServerHeaderTransformation;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import java.nio.charset.StandardCharsets;

/** What is done to each response's head on its way to the client. */
final class ResponseRules {
  private ResponseRules() {}

  /** Removes what concerns one hop, adds date and server; returns the status. */
  static int apply(HttpScope scope, Headers headers, boolean upgrade) {
    int status = status(headers);
    boolean keepConnection = upgrade && status == 101;
    boolean date = false;
    int server = -1;
    for (int slot = 0, slots = headers.slots(); slot < slots; slot++) {
      if (!headers.isLive(slot)) {
        continue;
      }
      switch (FieldKinds.of(headers.name(slot))) {
        case FieldKinds.CONNECTION, FieldKinds.UPGRADE -> {
          if (!keepConnection) {
            headers.removeSlot(slot);
          }
        }
        case FieldKinds.KEEP_ALIVE, FieldKinds.PROXY_CONNECTION, FieldKinds.TRANSFER_ENCODING ->
            headers.removeSlot(slot);
        case FieldKinds.DATE -> date = true;
        case FieldKinds.SERVER -> server = slot;
        default -> {}
      }
    }
    if (!date) {
      headers.add(HeaderName.DATE, scope.text.date(scope.worker.epochMillis()));
    }
    ServerHeaderTransformation transformation = scope.config.serverHeaderTransformation();
    if (transformation == ServerHeaderTransformation.OVERWRITE) {
      headers.set(HeaderName.SERVER, scope.serverName);
    } else if (transformation == ServerHeaderTransformation.APPEND_IF_ABSENT && server < 0) {
      headers.add(HeaderName.SERVER, scope.serverName);
    }
    if (scope.via.length > 0) {
      via(headers, scope.via);
    }
    return status;
  }

  /** A response's status. */
  static int status(Headers headers) {
    int slot = headers.find(HeaderName.STATUS);
    int status = 0;
    int offset = headers.valueOffset(slot);
    for (int i = 0, length = headers.valueLength(slot); i < length; i++) {
      status = status * 10 + headers.data()[offset + i] - '0';
    }
    return status;
  }

  /** Adds this proxy to the via header: to the value that is there, as Envoy does. */
  static void via(Headers headers, byte[] via) {
    String before = headers.value(HeaderName.VIA);
    if (before == null) {
      headers.add(HeaderName.VIA, via);
    } else {
      headers.set(HeaderName.VIA, before + ", " + new String(via, StandardCharsets.ISO_8859_1));
    }
  }
}
