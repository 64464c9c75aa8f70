package acme;

import io.outrigger.filter.Decision;
import io.outrigger.filter.Filter;
import io.outrigger.filter.FilterConfig;
import io.outrigger.filter.FilterConfigException;
import io.outrigger.filter.FilterContext;
import io.outrigger.filter.FilterMaker;
import io.outrigger.filter.FilterProvider;
import io.outrigger.filter.RequestHead;
import io.outrigger.filter.ResponseHead;

/** Greets who calls, and turns away whom it is told to. */
public final class HelloProvider implements FilterProvider {
  @Override
  public String type() {
    return "acme.filters.v1.Hello";
  }

  @Override
  public FilterMaker configure(FilterConfig config) throws FilterConfigException {
    Hello hello = new Hello(config.text("greeting", "hello"), config.text("unwanted", ""));
    config.done();
    return () -> hello;
  }

  /** Keeps nothing of an exchange, so that one object serves all. */
  private record Hello(String greeting, String unwanted) implements Filter {
    @Override
    public Decision onRequest(RequestHead request, boolean last, FilterContext context) {
      String user = request.get("x-user");
      if (user != null && user.equals(unwanted)) {
        context.count("turned_away");
        return Decision.reply(403, "not you, " + user + "\n");
      }
      request.set("x-greeting", greeting);
      return Decision.proceed();
    }

    @Override
    public void onResponse(ResponseHead response, boolean last, FilterContext context) {
      response.set("x-greeted", "yes");
    }
  }
}
