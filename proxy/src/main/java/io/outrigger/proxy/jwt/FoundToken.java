package io.outrigger.proxy.jwt;

import io.outrigger.config.http.Cookies;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.http.QueryParameters;
import io.outrigger.config.jwt.TokenPlace;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A token of a request, and where it was. */
record FoundToken(String text, TokenPlace place) {
  private static final String START =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

  /** The tokens that are at these places. */
  static List<FoundToken> in(Headers request, List<TokenPlace> places) {
    List<FoundToken> found = new ArrayList<>(2);
    for (int i = 0; i < places.size(); i++) {
      TokenPlace place = places.get(i);
      if (place instanceof TokenPlace.Header header) {
        headers(request, header, found);
        continue;
      }
      String text = null;
      if (place instanceof TokenPlace.Parameter parameter) {
        text = QueryParameters.firstDecoded(request.value(HeaderName.PATH), parameter.name());
      } else if (place instanceof TokenPlace.Cookie cookie) {
        text = Cookies.value(request, cookie.name());
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
        QueryParameters parameters = QueryParameters.decoded(path);
        parameters.remove(parameter.name());
        request.set(HeaderName.PATH, parameters.replaced(path));
      }
    }
  }

  private static void headers(Headers request, TokenPlace.Header place, List<FoundToken> found) {
    for (int slot = request.find(place.name());
        slot >= 0;
        slot = request.next(place.name(), slot)) {
      String text = token(request.value(slot), place.prefix());
      if (text != null) {
        found.add(new FoundToken(text, place));
      }
    }
  }

  /** As in Envoy, what can't begin a token is passed over after the prefix. */
  private static @Nullable String token(String value, String prefix) {
    if (prefix.isEmpty()) {
      return value;
    }
    int at = value.indexOf(prefix);
    if (at < 0) {
      return null;
    }
    int start = at + prefix.length();
    while (start < value.length() && START.indexOf(value.charAt(start)) < 0) {
      start++;
    }
    return start == value.length() ? value : value.substring(start);
  }
}
