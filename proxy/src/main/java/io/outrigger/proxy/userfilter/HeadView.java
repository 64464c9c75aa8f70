package io.outrigger.proxy.userfilter;

import io.outrigger.config.http.FieldSyntax;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.HeaderText;
import io.outrigger.config.http.Headers;
import io.outrigger.filter.RequestHead;
import io.outrigger.filter.ResponseHead;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A head as a user's filter sees it, for the time of one call. */
public final class HeadView implements RequestHead, ResponseHead {
  private @Nullable Headers headers;

  public void open(Headers of) {
    headers = of;
  }

  void close() {
    headers = null;
  }

  private Headers headers() {
    Headers now = headers;
    if (now == null) {
      throw new IllegalStateException("a head may be used until the call that brought it returns");
    }
    return now;
  }

  @Override
  public @Nullable String get(String name) {
    return characters(headers().value(HeaderName.of(name)));
  }

  @Override
  public List<String> all(String name) {
    Headers of = headers();
    HeaderName known = HeaderName.of(name);
    List<String> values = new ArrayList<>();
    for (int slot = of.find(known); slot >= 0; slot = of.next(known, slot)) {
      values.add(HeaderText.utf8(of.value(slot)));
    }
    return values;
  }

  @Override
  public Set<String> names() {
    Headers of = headers();
    Set<String> names = new LinkedHashSet<>();
    for (int slot = 0; slot < of.slots(); slot++) {
      if (of.isLive(slot)) {
        String name = of.nameText(slot);
        if (!name.startsWith(":")) {
          names.add(name);
        }
      }
    }
    return names;
  }

  @Override
  public void set(String name, String value) {
    headers().set(changeable(name), checked(name, value));
  }

  @Override
  public void add(String name, String value) {
    headers().add(changeable(name), checked(name, value));
  }

  @Override
  public void remove(String name) {
    headers().remove(changeable(name));
  }

  /** The name, if a filter may change it. */
  static HeaderName changeable(String name) {
    if (name.startsWith(":") || !FieldSyntax.isName(name)) {
      throw new IllegalArgumentException(
          "\""
              + name
              + "\" is no header's name: letters in lower case, digits and !#$%&'*+-.^_`|~");
    }
    switch (name) {
      case "host", "content-length", "transfer-encoding", "connection" ->
          throw new IllegalArgumentException(name + " is the proxy's own");
      default -> {
        return HeaderName.of(name);
      }
    }
  }

  /** The value as it goes out. */
  static String checked(String name, String value) {
    if (!FieldSyntax.isValue(value)) {
      throw new IllegalArgumentException("the value of " + name + " has control characters");
    }
    return HeaderText.of(value);
  }

  private static @Nullable String characters(@Nullable String value) {
    return value == null ? null : HeaderText.utf8(value);
  }

  private String text(HeaderName name) {
    String value = characters(headers().value(name));
    return value == null ? "" : value;
  }

  @Override
  public String method() {
    return text(HeaderName.METHOD);
  }

  @Override
  public String path() {
    return text(HeaderName.PATH);
  }

  @Override
  public String authority() {
    return text(HeaderName.AUTHORITY);
  }

  @Override
  public String scheme() {
    return text(HeaderName.SCHEME);
  }

  @Override
  public int status() {
    return Integer.parseInt(text(HeaderName.STATUS));
  }
}
