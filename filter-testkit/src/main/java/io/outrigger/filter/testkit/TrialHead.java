package io.outrigger.filter.testkit;

import io.outrigger.config.http.Headers;
import io.outrigger.filter.RequestHead;
import io.outrigger.filter.ResponseHead;
import io.outrigger.proxy.userfilter.HeadView;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A head by the proxy's own rules. */
final class TrialHead implements RequestHead, ResponseHead {
  private final Headers headers = new Headers();
  private final HeadView view = new HeadView();

  TrialHead() {
    view.open(headers);
  }

  /** Adds any header, a colon's too. */
  void put(String name, String value) {
    headers.add(name, value);
  }

  void replace(String name, String value) {
    headers.set(io.outrigger.config.http.HeaderName.of(name), value);
  }

  void clear() {
    headers.clear();
  }

  @Override
  public @Nullable String get(String name) {
    return view.get(name);
  }

  @Override
  public List<String> all(String name) {
    return view.all(name);
  }

  @Override
  public Set<String> names() {
    return view.names();
  }

  @Override
  public void set(String name, String value) {
    view.set(name, value);
  }

  @Override
  public void add(String name, String value) {
    view.add(name, value);
  }

  @Override
  public void remove(String name) {
    view.remove(name);
  }

  @Override
  public String method() {
    return view.method();
  }

  @Override
  public String path() {
    return view.path();
  }

  @Override
  public String authority() {
    return view.authority();
  }

  @Override
  public String scheme() {
    return view.scheme();
  }

  @Override
  public int status() {
    return view.status();
  }
}
