package io.outrigger.proxy.admin;

import io.outrigger.proxy.userfilter.UserFilters;
import java.util.List;

/** Users' own filters: which there are, and the switch of each. */
public final class UserFilterPages {
  private UserFilterPages() {}

  public static void register(AdminPages pages, UserFilters users) {
    pages.get(
        "/outrigger/filters",
        "filters of your own: type, jar, on or off and why, strikes",
        List.of(),
        request -> AdminReply.text(users.text()));
    pages.post(
        "/outrigger/filters/switch",
        "switch a filter of your own on or off",
        List.of("type: the filter's type", "enable: One of (y, n)"),
        request -> set(users, request));
  }

  private static AdminReply set(UserFilters users, AdminRequest request) {
    String type = request.value("type");
    String enable = request.value("enable");
    if (type == null || enable == null || !(enable.equals("y") || enable.equals("n"))) {
      return AdminReply.error(400, "?type=<a filter's type>&enable=<y|n>\n");
    }
    return users.set(type, enable.equals("y"))
        ? AdminReply.text("OK\n")
        : AdminReply.error(404, "no filter " + type + " is used; see /outrigger/filters\n");
  }
}
