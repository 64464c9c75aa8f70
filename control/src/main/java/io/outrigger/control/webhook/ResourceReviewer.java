package io.outrigger.control.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Place;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.resource.Problem;
import io.outrigger.control.source.ResourceReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Answers for the resources that the control plane reads, with its own readers' problems. */
final class ResourceReviewer implements WebhookServer.Reviewer {
  @Override
  public byte[] review(Review review) {
    ObjectNode object = review.object();
    Place place = new Place(review.namespace() + "/" + review.name(), 0, 0);
    List<Problem> problems = new ArrayList<>();
    ResourceReader.read(node(object, place)).forEach(read -> problems.addAll(read.problems()));
    if (!isRead(object) || object.at("/metadata/deletionTimestamp").isTextual()) {
      // others' kinds may be there for others; and what is wrong must not be in the way of its end
      return review.allowed(problems.stream().map(this::text).toList());
    }
    List<String> errors = problems.stream().filter(Problem::error).map(this::text).toList();
    if (!errors.isEmpty()) {
      return review.refused(errors.stream().collect(Collectors.joining("; ")));
    }
    return review.allowed(problems.stream().map(this::text).toList());
  }

  private static boolean isRead(ObjectNode object) {
    String version = object.path("apiVersion").asText();
    int slash = version.indexOf('/');
    String group = slash < 0 ? "" : version.substring(0, slash);
    return Kind.of(group, object.path("kind").asText()) != null;
  }

  private String text(Problem problem) {
    return problem.fieldPath().isEmpty()
        ? problem.message()
        : problem.fieldPath() + ": " + problem.message();
  }

  private static Node node(JsonNode json, Place place) {
    if (json.isObject()) {
      List<Node.Entry> entries = new ArrayList<>();
      for (Map.Entry<String, JsonNode> entry : json.properties()) {
        entries.add(new Node.Entry(entry.getKey(), node(entry.getValue(), place), place));
      }
      return new Node.Mapping(entries, place);
    }
    if (json.isArray()) {
      List<Node> items = new ArrayList<>();
      json.forEach(item -> items.add(node(item, place)));
      return new Node.Sequence(items, place);
    }
    return json.isNull()
        ? new Node.Scalar("", false, place)
        : new Node.Scalar(json.asText(), json.isTextual(), place);
  }
}
