package io.outrigger.proxy.admin;

import io.outrigger.proxy.log.Log;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The admin server's pages by path. Filled at start, then used on the configuration loop. */
public final class AdminPages {
  private final TreeMap<String, AdminPage> pages = new TreeMap<>();

  public AdminPages() {
    get("/", "Admin home page", List.of(), request -> home());
    get("/help", "print out list of admin commands", List.of(), request -> help());
  }

  /** A page that only shows something. */
  public void get(String path, String help, List<String> parameters, AdminPage.Handler handler) {
    put(path, help, false, parameters, now(handler));
  }

  /** A page that changes something, and so takes POST only. */
  public void post(String path, String help, List<String> parameters, AdminPage.Handler handler) {
    put(path, help, true, parameters, now(handler));
  }

  /** A page whose answer may take its time. */
  public void later(String path, String help, boolean mutates, AdminPage.Later handler) {
    put(path, help, mutates, List.of(), handler);
  }

  private void put(
      String path, String help, boolean mutates, List<String> parameters, AdminPage.Later handler) {
    pages.put(path, new AdminPage(path, help, mutates, parameters, handler));
  }

  private static AdminPage.Later now(AdminPage.Handler handler) {
    return (request, reply) -> reply.accept(handler.handle(request));
  }

  /** Has a request answered once: at once, but for pages that take their time. */
  public void answer(AdminRequest request, Consumer<AdminReply> reply) {
    AdminPage page = pages.get(request.path());
    if (page == null) {
      reply.accept(AdminReply.error(404, "invalid path. " + helpText()));
      return;
    }
    if (page.mutates() && !request.isPost()) {
      Log.ADMIN.error(
          "admin path \""
              + request.path()
              + "\" mutates state, method="
              + request.method()
              + " rather than POST");
      reply.accept(
          AdminReply.error(405, "Method " + request.method() + " not allowed, POST required."));
      return;
    }
    try {
      page.handler().handle(request, reply);
    } catch (RuntimeException e) {
      Log.ADMIN.error("admin page " + request.path() + " failed", e);
      reply.accept(AdminReply.error(500, "internal error: " + e + "\n"));
    }
  }

  private AdminReply help() {
    return AdminReply.text(helpText());
  }

  private String helpText() {
    StringBuilder out = new StringBuilder("admin commands are:\n");
    for (AdminPage page : pages.values()) {
      out.append("  ").append(page.path());
      out.append(page.mutates() ? " (POST): " : ": ").append(page.help()).append('\n');
      for (String parameter : page.parameters()) {
        out.append("      ").append(parameter).append('\n');
      }
    }
    return out.toString();
  }

  private AdminReply home() {
    StringBuilder out = new StringBuilder(4096);
    out.append(
        """
        <!DOCTYPE html>
        <html lang='en'>
        <head><meta charset='utf-8'><title>Outrigger admin</title>
        <style>body{font-family:sans-serif} td{padding:4px 12px 4px 0} button{font:inherit}</style>
        </head>
        <body><h1>Outrigger</h1><table>
        """);
    for (AdminPage page : pages.values()) {
      if (page.path().equals("/")) {
        continue;
      }
      String name = page.path().substring(1);
      out.append("<tr><td>");
      if (page.mutates()) {
        out.append("<form action='").append(name).append("' method='post'><button>");
        out.append(name).append("</button></form>");
      } else {
        out.append("<a href='").append(name).append("'>").append(name).append("</a>");
      }
      out.append("</td><td>").append(page.help()).append("</td></tr>\n");
    }
    return new AdminReply(
        200, "text/html; charset=UTF-8", out.append("</table></body></html>\n").toString());
  }
}
