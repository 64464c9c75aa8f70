package io.outrigger.control.webhook;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * One question of an API server (AdmissionReview of admission.k8s.io/v1), and the answers to it.
 *
 * @param object what is to be stored
 */
record Review(String uid, String namespace, String name, String operation, ObjectNode object) {
  private static final String VERSION = "admission.k8s.io/v1";

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(100).build())
              .build());

  /** A body that is no such question; the message says what is wrong. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }

  static Review parse(byte[] body) throws Malformed {
    JsonNode tree;
    try {
      tree = JSON.readTree(body);
    } catch (JacksonException e) {
      throw new Malformed("the body isn't JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new Malformed("the body isn't JSON: " + e.getMessage());
    }
    String version = tree.path("apiVersion").asText();
    if (!tree.path("kind").asText().equals("AdmissionReview") || !version.equals(VERSION)) {
      throw new Malformed(
          "found "
              + version
              + " "
              + tree.path("kind").asText()
              + "; must be AdmissionReview of "
              + VERSION);
    }
    JsonNode request = tree.path("request");
    String uid = request.path("uid").asText();
    if (uid.isEmpty()) {
      throw new Malformed("request.uid must be given");
    }
    if (!(request.path("object") instanceof ObjectNode object)) {
      throw new Malformed("request.object must be the object to look at");
    }
    return new Review(
        uid,
        request.path("namespace").asText(),
        request.path("name").asText(),
        request.path("operation").asText(),
        object);
  }

  /** It may be stored as it is. */
  byte[] allowed(List<String> warnings) {
    return answer(response(true), warnings);
  }

  /** It may be stored with these changes, as RFC 6902 writes them. */
  byte[] patched(JsonNode patch, List<String> warnings) {
    byte[] bytes = patch.toString().getBytes(StandardCharsets.UTF_8);
    ObjectNode response = response(true);
    response.put("patchType", "JSONPatch");
    response.put("patch", Base64.getEncoder().encodeToString(bytes));
    return answer(response, warnings);
  }

  /** It must not be stored. */
  byte[] refused(String message) {
    ObjectNode response = response(false);
    response.putObject("status").put("code", 400).put("reason", "Invalid").put("message", message);
    return answer(response, List.of());
  }

  private ObjectNode response(boolean allowed) {
    return JSON.createObjectNode().put("uid", uid).put("allowed", allowed);
  }

  private static byte[] answer(ObjectNode response, List<String> warnings) {
    if (!warnings.isEmpty()) {
      warnings.forEach(response.putArray("warnings")::add);
    }
    ObjectNode review = JSON.createObjectNode();
    review.put("apiVersion", VERSION).put("kind", "AdmissionReview").set("response", response);
    return review.toString().getBytes(StandardCharsets.UTF_8);
  }
}
