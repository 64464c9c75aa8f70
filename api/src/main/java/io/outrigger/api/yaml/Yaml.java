package io.outrigger.api.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Parses YAML, and so JSON, into trees of {@link Node}.
 *
 * <p>Aliases and {@code <<} merges are resolved. What a hostile text could make large is bounded:
 * depth, and the number of nodes with aliases written out.
 */
public final class Yaml {
  private static final int MAX_DEPTH = 200;
  private static final int MAX_NODES = 4_000_000;

  private final String file;
  private final Iterator<Event> events;
  private final Map<Anchor, Sized> anchors = new HashMap<>();
  private int nodes;

  /** A node and how many nodes it stands for. */
  private record Sized(Node node, int count) {}

  private Yaml(String file, String text) {
    this.file = file;
    LoadSettings settings =
        LoadSettings.builder().setLabel(file).setCodePointLimit(256 * 1024 * 1024).build();
    this.events = new Parse(settings).parseString(text).iterator();
  }

  /**
   * All documents of a text, in order; empty ones are left out.
   *
   * @param file the name that errors show
   */
  public static List<Node> parseAll(String file, String text) throws YamlException {
    Yaml yaml = new Yaml(file, text);
    try {
      return yaml.documents();
    } catch (MarkedYamlEngineException e) {
      Place place = e.getProblemMark().map(yaml::place).orElse(new Place(file, 1, 1));
      throw new YamlException(place, message(e));
    } catch (YamlEngineException e) {
      throw new YamlException(new Place(file, 1, 1), String.valueOf(e.getMessage()));
    }
  }

  /**
   * The first document of a text; null if there is none. Further ones are passed over, as Envoy
   * does.
   */
  public static @Nullable Node parse(String file, String text) throws YamlException {
    List<Node> all = parseAll(file, text);
    return all.isEmpty() ? null : all.get(0);
  }

  private static String message(MarkedYamlEngineException e) {
    String context = e.getContext();
    String problem = e.getProblem() == null ? "not YAML" : e.getProblem();
    if (problem.contains("'\\t(TAB)'") || problem.contains("\\t")) {
      problem += "; YAML is indented by spaces, not tabs";
    }
    return context == null ? problem : context + ", " + problem;
  }

  private List<Node> documents() throws YamlException {
    List<Node> out = new ArrayList<>();
    while (events.hasNext()) {
      Event event = events.next();
      switch (event.getEventId()) {
        case StreamStart, StreamEnd, DocumentEnd, Comment -> {}
        case DocumentStart -> anchors.clear();
        default -> {
          Node node = node(event, 0);
          if (!node.isNull()) {
            out.add(node);
          }
        }
      }
    }
    return out;
  }

  private Event next() {
    Event event = events.next();
    while (event.getEventId() == Event.ID.Comment) {
      event = events.next();
    }
    return event;
  }

  private Node node(Event event, int depth) throws YamlException {
    Place place = place(event.getStartMark());
    if (depth > MAX_DEPTH) {
      throw new YamlException(place, "nested deeper than " + MAX_DEPTH + " levels");
    }
    int before = nodes;
    count(1, place);
    Node node;
    Optional<Anchor> anchor;
    if (event instanceof AliasEvent alias) {
      Sized target = anchors.get(alias.getAlias());
      if (target == null) {
        throw new YamlException(place, "alias *" + alias.getAlias() + " has no anchor before it");
      }
      count(target.count(), place);
      return target.node();
    } else if (event instanceof ScalarEvent scalar) {
      boolean quoted = scalar.getScalarStyle() != ScalarStyle.PLAIN;
      node = new Node.Scalar(scalar.getValue(), quoted, place);
      anchor = scalar.getAnchor();
    } else if (event instanceof SequenceStartEvent sequence) {
      node = sequence(place, depth);
      anchor = sequence.getAnchor();
    } else if (event instanceof MappingStartEvent mapping) {
      node = mapping(place, depth);
      anchor = mapping.getAnchor();
    } else {
      throw new YamlException(place, "unexpected " + event.getEventId());
    }
    if (anchor.isPresent()) {
      anchors.put(anchor.get(), new Sized(node, nodes - before));
    }
    return node;
  }

  private void count(int more, Place place) throws YamlException {
    nodes += more;
    if (nodes > MAX_NODES) {
      throw new YamlException(place, "more than " + MAX_NODES + " nodes with aliases written out");
    }
  }

  private Node sequence(Place place, int depth) throws YamlException {
    List<Node> items = new ArrayList<>();
    for (Event e = next(); e.getEventId() != Event.ID.SequenceEnd; e = next()) {
      items.add(node(e, depth + 1));
    }
    return new Node.Sequence(items, place);
  }

  private Node mapping(Place place, int depth) throws YamlException {
    List<Node.Entry> entries = new ArrayList<>();
    List<Node.Entry> merged = new ArrayList<>();
    for (Event e = next(); e.getEventId() != Event.ID.MappingEnd; e = next()) {
      Node key = node(e, depth + 1);
      if (!(key instanceof Node.Scalar name)) {
        throw new YamlException(key.place(), "a key must be a plain word, not " + key.kind());
      }
      Node value = node(next(), depth + 1);
      if (name.text().equals("<<") && !name.quoted()) {
        merge(value, merged);
      } else {
        entries.add(new Node.Entry(name.text(), value, name.place()));
      }
    }
    for (Node.Entry entry : merged) {
      if (entries.stream().noneMatch(own -> own.key().equals(entry.key()))) {
        entries.add(entry);
      }
    }
    return new Node.Mapping(entries, place);
  }

  private static void merge(Node value, List<Node.Entry> into) throws YamlException {
    if (value instanceof Node.Mapping m) {
      into.addAll(m.entries());
    } else if (value instanceof Node.Sequence s) {
      for (Node item : s.items()) {
        merge(item, into);
      }
    } else {
      throw new YamlException(value.place(), "<< needs a mapping, not " + value.kind());
    }
  }

  private Place place(Optional<Mark> mark) {
    return mark.map(this::place).orElse(new Place(file, 1, 1));
  }

  private Place place(Mark mark) {
    return new Place(file, mark.getLine() + 1, mark.getColumn() + 1);
  }
}
