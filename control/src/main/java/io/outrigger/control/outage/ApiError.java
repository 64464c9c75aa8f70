package io.outrigger.control.outage;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an error of the client comes down to.
 *
 * @param code the status that the API server answered; 0: it gave none
 * @param told what was found, in a line
 */
public record ApiError(int code, String told) {
  /** How an API server says that a role lacks a rule. */
  private static final Pattern DENIED =
      Pattern.compile(
          "User \"([^\"]+)\" cannot (\\S+) (resource|path) \"([^\"]+)\""
              + "(?: in API group \"([^\"]*)\")?(?: in the namespace \"([^\"]+)\")?");

  /** Of an error that the client threw or handed over. */
  public static ApiError of(Throwable error) {
    Throwable root = error;
    for (Throwable at = error; at != null; at = at.getCause()) {
      if (at instanceof KubernetesClientException answered && answered.getCode() > 0) {
        return answered(answered);
      }
      if (at instanceof ConnectException && at.getMessage() == null) {
        return new ApiError(0, "ConnectException: no connection can be made");
      }
      root = at;
    }
    String message = root.getMessage();
    String name = root.getClass().getSimpleName();
    return new ApiError(0, message == null ? name : name + ": " + message);
  }

  /** Whether it says of the connection, or of no answer, and not of a bug. */
  static boolean isOfTheClient(Throwable error) {
    for (Throwable at = error; at != null; at = at.getCause()) {
      if (at instanceof KubernetesClientException
          || at instanceof IOException
          || at instanceof TimeoutException) {
        return true;
      }
    }
    return false;
  }

  private static ApiError answered(KubernetesClientException error) {
    int code = error.getCode();
    Status status = error.getStatus();
    String said =
        status == null || status.getMessage() == null
            ? String.valueOf(error.getMessage())
            : status.getMessage();
    String told =
        switch (code) {
          case HttpURLConnection.HTTP_FORBIDDEN -> denied(said);
          case HttpURLConnection.HTTP_UNAUTHORIZED ->
              "the API server doesn't know who asks (401): the kubeconfig's or the service"
                  + " account's token or certificate must be one that it takes; it says "
                  + said;
          default -> said + " (" + code + ")";
        };
    return new ApiError(code, told);
  }

  private static String denied(String said) {
    Matcher matcher = DENIED.matcher(said);
    if (!matcher.find()) {
      return "forbidden (403): " + said;
    }
    String verb = matcher.group(2);
    String what = matcher.group(4);
    String group = matcher.group(5) == null ? "" : matcher.group(5);
    String namespace = matcher.group(6);
    String rule =
        matcher.group(3).equals("path")
            ? "{nonResourceURLs: [" + what + "], verbs: [" + verb + "]}"
            : "{apiGroups: [\"" + group + "\"], resources: [" + what + "], verbs: [" + verb + "]}";
    return "forbidden (403): "
        + matcher.group(1)
        + " may not "
        + verb
        + " "
        + what
        + (namespace == null ? "" : " in namespace " + namespace)
        + "; its "
        + (namespace == null ? "ClusterRole" : "Role there, or its ClusterRole,")
        + " lacks the rule "
        + rule;
  }

  /** Whether the API server gave no answer at all. */
  public boolean isAway() {
    return code == 0;
  }

  public boolean isDenied() {
    return code == HttpURLConnection.HTTP_FORBIDDEN;
  }
}
