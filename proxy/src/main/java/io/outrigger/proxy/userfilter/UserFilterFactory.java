package io.outrigger.proxy.userfilter;

import io.outrigger.config.filter.FilterConfig;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.filter.UserFilterConfig;
import io.outrigger.config.http.Headers;
import io.outrigger.filter.Filter;
import io.outrigger.filter.FilterMaker;
import io.outrigger.proxy.accesslog.ResponseFlag;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.RouteFilters;
import io.outrigger.proxy.http.Verdict;
import io.outrigger.proxy.listener.TerminalFilter;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts a user's filter into the exchanges of one worker and chain: the one that is loaded at the
 * moment, for exchanges that begin now.
 */
public final class UserFilterFactory implements HttpFilter.Factory {
  static final String ERROR_DETAILS = "user_filter_error";
  static final Verdict FAILED = new Verdict.Reply(500, "", ERROR_DETAILS, null, -1);

  private static final int KEPT = 64;

  /**
   * A configuration with what the jar of the moment makes of it.
   *
   * @param maker null: it can't be configured
   */
  record Binding(
      UserFilterConfig config,
      @Nullable LoadedFilter loaded,
      @Nullable FilterMaker maker,
      FilterSwitch control,
      ContextView context,
      boolean readsBodies,
      boolean writesBodies) {}

  /** Answers in the place of a filter that isn't there or is off. */
  private static final class Refusing implements HttpFilter {
    private final Verdict verdict;

    Refusing(Verdict verdict) {
      this.verdict = verdict;
    }

    @Override
    public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
      return verdict;
    }
  }

  private static final HttpFilter MISSING =
      new Refusing(new Verdict.Reply(500, "", "user_filter_missing", ResponseFlag.NFCF, -1));
  private static final HttpFilter OFF =
      new Refusing(new Verdict.Reply(500, "", "user_filter_off", null, -1));

  final HeadView head = new HeadView();
  final PartView part = new PartView();
  final Guard guard;

  private final HttpFilterConfig filter;
  private final UserFilterConfig config;
  private final UserFilters users;
  private final int cell;
  private final IdentityHashMap<UserFilterConfig, Binding> bindings = new IdentityHashMap<>();
  private final ArrayDeque<UserFilter> spare = new ArrayDeque<>();

  public UserFilterFactory(
      HttpFilterConfig filter,
      UserFilterConfig config,
      TerminalFilter.Scope where,
      UserFilters users) {
    this.filter = filter;
    this.config = config;
    this.users = users;
    this.cell = where.worker().index();
    this.guard = users.guard(cell);
    users.switchOf(config.type());
  }

  @Override
  public @Nullable HttpFilter create(Exchange exchange) {
    FilterConfig effective = RouteFilters.effective(filter, exchange, config);
    if (!(effective instanceof UserFilterConfig wanted)) {
      return null;
    }
    Binding bound = binding(wanted);
    FilterMaker maker = bound.maker();
    if (maker == null || !bound.control().isOn()) {
      bound.control().skipped(cell);
      if (wanted.failOpen()) {
        return null;
      }
      return bound.loaded() == null ? MISSING : OFF;
    }
    Filter made = make(maker, bound);
    if (made == null) {
      return wanted.failOpen() ? null : OFF;
    }
    UserFilter next = spare.poll();
    if (next == null) {
      next = new UserFilter(this);
    }
    next.begin(bound, made);
    return next;
  }

  private @Nullable Filter make(FilterMaker maker, Binding bound) {
    long entered = guard.enter(bound.control());
    try {
      return maker.newFilter();
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      bound.control().failed(cell, "newFilter", e, bound.config().strikes());
      return null;
    } finally {
      guard.exit(entered);
    }
  }

  @SuppressWarnings("ReferenceEquality") // the same jar's
  private Binding binding(UserFilterConfig wanted) {
    Binding known = bindings.get(wanted);
    LoadedFilter loaded = users.find(wanted.type());
    if (known == null || known.loaded() != loaded) {
      if (bindings.size() >= KEPT) {
        bindings.clear(); // routes that are gone are most of them
      }
      known = bind(wanted, loaded);
      bindings.put(wanted, known);
    }
    return known;
  }

  private Binding bind(UserFilterConfig wanted, @Nullable LoadedFilter loaded) {
    FilterSwitch control = users.switchOf(wanted.type());
    FilterMaker maker = null;
    boolean reads = false;
    boolean writes = false;
    if (loaded == null) {
      users.missing(wanted.type());
    } else {
      maker = UserFilters.maker(loaded, wanted);
      if (maker != null) {
        writes = maker.writesBodies();
        reads = writes || maker.readsBodies();
      }
    }
    return new Binding(wanted, loaded, maker, control, new ContextView(control), reads, writes);
  }

  void giveBack(UserFilter done) {
    spare.push(done);
  }
}
