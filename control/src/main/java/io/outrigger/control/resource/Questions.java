package io.outrigger.control.resource;

import io.outrigger.api.yaml.Node;

/**
 * Hears what readers ask of mappings, whether or not it is there: the definitions of kinds that an
 * API server gets are made from it.
 */
public interface Questions {
  /** A reader begins with a mapping. */
  void reads(Node.Mapping mapping);

  /** It asks for a field. */
  void asks(Node.Mapping mapping, String field, Ask ask);

  /** It asks for a value that isn't a field: a list's item, or what stands at a user's own key. */
  void asks(Node value, Ask ask);

  /** It demands something of the fields together. */
  void demands(Node.Mapping mapping, Rule rule);
}
