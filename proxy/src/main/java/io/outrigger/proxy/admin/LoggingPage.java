package io.outrigger.proxy.admin;

import io.outrigger.proxy.log.Level;
import io.outrigger.proxy.log.Log;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code POST /logging}: shows and changes the log's levels. */
public final class LoggingPage {
  private static final String USAGE =
      """

      usage: /logging?<name>=<level> (change single level)
      usage: /logging?paths=name1:level1,name2:level2,... (change multiple levels)
      usage: /logging?level=<level> (change all levels)
      levels: trace debug info warning error critical off\s
      """;

  private LoggingPage() {}

  public static void register(AdminPages pages) {
    pages.post(
        "/logging",
        "query/change logging levels",
        List.of(
            "paths: Change multiple logging levels by setting to"
                + " <logger_name1>:<desired_level1>,<logger_name2>:<desired_level2>",
            "level: desired logging level, this will change all loggers's level"),
        LoggingPage::handle);
  }

  static AdminReply handle(AdminRequest request) {
    if (request.query().size() > 1) {
      return wrong("invalid number of parameters");
    }
    for (Map.Entry<String, String> change : request.query().entrySet()) {
      String error =
          switch (change.getKey()) {
            case "level" -> all(change.getValue());
            case "paths" -> several(change.getValue());
            default -> several(change.getKey() + ":" + change.getValue());
          };
      if (!error.isEmpty()) {
        return wrong(error);
      }
    }
    return AdminReply.text(levels());
  }

  private static AdminReply wrong(String error) {
    return AdminReply.error(400, "error: " + error + "\n" + USAGE + levels());
  }

  private static String all(String name) {
    Level level = Level.of(name);
    if (level == null) {
      return "unknown logger level";
    }
    Log.all(level);
    return "";
  }

  /** All or none: a wrong name changes nothing. */
  private static String several(String pairs) {
    Map<Log, Level> changes = new LinkedHashMap<>();
    for (String pair : pairs.split(",", -1)) {
      int colon = pair.lastIndexOf(':');
      Log log = colon < 0 ? null : Log.of(pair.substring(0, colon));
      if (log == null) {
        return "unknown logger name";
      }
      Level level = Level.of(pair.substring(colon + 1));
      if (level == null) {
        return "unknown logger level";
      }
      changes.put(log, level);
    }
    changes.forEach(Log::level);
    return "";
  }

  private static String levels() {
    StringBuilder out = new StringBuilder("active loggers:\n");
    for (Log log : Log.values()) {
      out.append("  ").append(log.text()).append(": ").append(log.level().text()).append('\n');
    }
    return out.append('\n').toString();
  }
}
