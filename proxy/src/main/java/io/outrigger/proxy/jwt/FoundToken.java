package io.outrigger.proxy.jwt;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.jwt.TokenPlace;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A token of a request, and where it was. */
record FoundToken(String text, TokenPlace place) {
  /** The tokens that are at these places. */
  static List<FoundToken> in(Headers request, List<TokenPlace> places) {
    List<FoundToken> found = new ArrayList<>(2);
    for (int i = 0; i < places.size(); i++) {
      TokenPlace place = places.get(i);
      String text = null;
      if (place instanceof TokenPlace.Header header) {
        text = header(request, header);
      } else if (place instanceof TokenPlace.Parameter parameter) {
        text = QueryParameters.first(request.value(HeaderName.PATH), parameter.name());
      } else if (place instanceof TokenPlace.Cookie cookie) {
        text = cookie(request, cookie.name());
      }
      if (text != null) {
        found.add(new FoundToken(text, place));
      }
    }
    return found;
  }

  /** Takes the token out of the request; a cookie stays. */
  void remove(Headers request) {
    if (place instanceof TokenPlace.Header header) {
      request.remove(header.name());
    } else if (place instanceof TokenPlace.Parameter parameter) {
      String path = request.value(HeaderName.PATH);
      if (path != null) {
        request.set(HeaderName.PATH, QueryParameters.without(path, parameter.name()));
      }
    }
  }

  private static @Nullable String header(Headers request, TokenPlace.Header place) {
    int slot = request.find(place.name());
    if (slot < 0) {
      return null;
    }
    String value = request.value(slot);
    for (int next = request.next(place.name(), slot);
        next >= 0;
        next = request.next(place.name(), next)) {
      value += "," + request.value(next);
    }
    if (place.prefix().isEmpty()) {
      return value;
    }
    int at = value.indexOf(place.prefix());
    return at < 0 ? null : value.substring(at + place.prefix().length()).strip();
  }

  private static @Nullable String cookie(Headers request, String name) {
    for (int slot = request.find(HeaderName.COOKIE);
        slot >= 0;
        slot = request.next(HeaderName.COOKIE, slot)) {
      for (String pair : request.value(slot).split(";", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
          String value = pair.substring(equals + 1).strip();
          boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
          return quoted ? value.substring(1, value.length() - 1) : value;
        }
      }
    }
    return null;
  }
}
