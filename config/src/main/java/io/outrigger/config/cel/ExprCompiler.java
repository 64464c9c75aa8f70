package io.outrigger.config.cel;

import com.google.api.expr.v1alpha1.CheckedExpr;
import com.google.api.expr.v1alpha1.Constant;
import com.google.api.expr.v1alpha1.Expr;
import com.google.api.expr.v1alpha1.Reference;
import com.google.protobuf.NullValue;
import com.google.re2j.Pattern;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.match.RegexCompiler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compiles expressions' trees; names that nobody knows are refused here, not at each request. */
public final class ExprCompiler {
  private static final int DEEPEST = 64;
  private static final Node WRONG = new Node.Constant(new CelError("does not compile"));

  private final Map<Long, Reference> references;
  private final List<String> scope = new ArrayList<>();
  private int variables;
  private int depth;

  private ExprCompiler(Map<Long, Reference> references) {
    this.references = references;
  }

  public static CelExpression compile(Expr proto, Problems problems) {
    return compile(proto, Map.of(), problems);
  }

  public static CelExpression compile(CheckedExpr proto, Problems problems) {
    return compile(proto.getExpr(), proto.getReferenceMapMap(), problems.at("expr"));
  }

  private static CelExpression compile(
      Expr proto, Map<Long, Reference> references, Problems problems) {
    ExprCompiler compiler = new ExprCompiler(references);
    Node node = compiler.node(proto, problems);
    return new CelExpression(node, compiler.variables);
  }

  private Node node(Expr proto, Problems problems) {
    if (++depth > DEEPEST) {
      depth--;
      problems.error("is nested more than " + DEEPEST + " deep");
      return WRONG;
    }
    Reference reference = references.get(proto.getId());
    Node node =
        reference != null && reference.hasValue()
            ? constant(reference.getValue(), problems)
            : switch (proto.getExprKindCase()) {
              case CONST_EXPR -> constant(proto.getConstExpr(), problems.at("const_expr"));
              case IDENT_EXPR ->
                  name(proto.getIdentExpr().getName(), problems.at("ident_expr").at("name"));
              case SELECT_EXPR -> select(proto.getSelectExpr(), problems.at("select_expr"));
              case CALL_EXPR -> call(proto.getCallExpr(), problems.at("call_expr"));
              case LIST_EXPR -> list(proto.getListExpr(), problems.at("list_expr"));
              case STRUCT_EXPR -> map(proto.getStructExpr(), problems.at("struct_expr"));
              case COMPREHENSION_EXPR ->
                  loop(proto.getComprehensionExpr(), problems.at("comprehension_expr"));
              case EXPRKIND_NOT_SET -> wrong("is empty; an expression is required", problems);
            };
    depth--;
    return node;
  }

  private static Node wrong(String message, Problems problems) {
    problems.error(message);
    return WRONG;
  }

  private static Node constant(Constant proto, Problems problems) {
    return switch (proto.getConstantKindCase()) {
      case NULL_VALUE -> new Node.Constant(NullValue.NULL_VALUE);
      case BOOL_VALUE -> new Node.Constant(proto.getBoolValue());
      case INT64_VALUE -> new Node.Constant(proto.getInt64Value());
      case UINT64_VALUE -> new Node.Constant(new UInt(proto.getUint64Value()));
      case DOUBLE_VALUE -> new Node.Constant(proto.getDoubleValue());
      case STRING_VALUE -> new Node.Constant(proto.getStringValue());
      case BYTES_VALUE -> new Node.Constant(proto.getBytesValue());
      case DURATION_VALUE, TIMESTAMP_VALUE ->
          wrong("is a constant of time; duration() and timestamp() of a text are", problems);
      case CONSTANTKIND_NOT_SET -> wrong("is empty; a constant is required", problems);
    };
  }

  /** The innermost variable of the name, a whole attribute, the first word of some, or a type. */
  private Node name(String given, Problems problems) {
    String name = given.startsWith(".") ? given.substring(1) : given;
    int slot = scope.lastIndexOf(name);
    if (slot >= 0) {
      return new Node.Variable(name, slot);
    }
    Attribute whole = Attribute.of(name);
    if (whole != null) {
      return new Node.Asked(whole, false);
    }
    if (Attribute.isRoot(name)) {
      return new Node.Root(name);
    }
    return CelType.isName(name)
        ? new Node.Constant(new CelType(name))
        : wrong(
            "'"
                + given
                + "' is unknown; request, response, connection, upstream, source, destination,"
                + " metadata, filter_state and xds are known",
            problems);
  }

  private Node select(Expr.Select proto, Problems problems) {
    String field = proto.getField();
    Expr operand = proto.getOperand();
    String path = typePath(operand, field);
    if (path != null) {
      return new Node.Constant(new CelType(path));
    }
    Node of = node(operand, problems.at("operand"));
    return of instanceof Node.Root root
        ? attribute(root, field, proto.getTestOnly(), problems.at("field"))
        : new Node.Field(of, field, proto.getTestOnly());
  }

  private static @Nullable String typePath(Expr operand, String field) {
    for (String type : List.of("google.protobuf.Duration", "google.protobuf.Timestamp")) {
      if (type.endsWith("." + field)
          && operand.hasSelectExpr()
          && operand.getSelectExpr().getField().equals("protobuf")
          && operand.getSelectExpr().getOperand().getIdentExpr().getName().equals("google")) {
        return type;
      }
    }
    return null;
  }

  private static Node attribute(
      Node.Root root, String name, boolean onlyWhether, Problems problems) {
    Attribute found = Attribute.of(root.word() + "." + name);
    return found != null
        ? new Node.Asked(found, onlyWhether)
        : wrong(
            "'"
                + name
                + "' is not known of "
                + root.word()
                + "; "
                + Attribute.under(root.word())
                + " are",
            problems);
  }

  private Node call(Expr.Call proto, Problems problems) {
    List<Node> arguments = new ArrayList<>();
    if (proto.hasTarget()) {
      arguments.add(node(proto.getTarget(), problems.at("target")));
    }
    for (int i = 0; i < proto.getArgsCount(); i++) {
      arguments.add(node(proto.getArgs(i), problems.at("args", i)));
    }
    String name = proto.getFunction();
    int count = arguments.size();
    if (count == 2 && (name.equals("_&&_") || name.equals("_||_"))) {
      return new Node.Logical(name.equals("_&&_"), arguments.get(0), arguments.get(1));
    }
    if (count == 3 && name.equals("_?_:_")) {
      return new Node.Choice(arguments.get(0), arguments.get(1), arguments.get(2));
    }
    if (count == 1
        && (name.equals("@not_strictly_false") || name.equals("__not_strictly_false__"))) {
      return new Node.NotFalse(arguments.get(0));
    }
    if (count == 2
        && name.equals("_[_]")
        && arguments.get(0) instanceof Node.Root root
        && arguments.get(1) instanceof Node.Constant key) {
      return attribute(root, String.valueOf(key.value()), false, problems.at("args", 1));
    }
    if (count == 2 && name.equals("matches")) {
      return matches(arguments, problems);
    }
    Function.Body body = Functions.find(name, count);
    return body == null
        ? wrong("'" + name + "' with " + count + " arguments is no function of CEL's", problems)
        : new Node.Call(new Function(name, body), arguments);
  }

  private static Node matches(List<Node> arguments, Problems problems) {
    if (!(arguments.get(1) instanceof Node.Constant text && text.value() instanceof String regex)) {
      return wrong("matches takes a constant pattern", problems);
    }
    Pattern pattern = RegexCompiler.pattern(regex, problems);
    return new Node.Call(new Function("matches", Functions.matches(pattern)), arguments);
  }

  private Node list(Expr.CreateList proto, Problems problems) {
    if (proto.getOptionalIndicesCount() > 0) {
      problems.unsupported("optional_indices");
    }
    List<Node> elements = new ArrayList<>();
    for (int i = 0; i < proto.getElementsCount(); i++) {
      elements.add(node(proto.getElements(i), problems.at("elements", i)));
    }
    return new Node.ListOf(elements);
  }

  private Node map(Expr.CreateStruct proto, Problems problems) {
    if (!proto.getMessageName().isEmpty()) {
      return wrong("makes a message; maps are supported", problems.at("message_name"));
    }
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < proto.getEntriesCount(); i++) {
      Expr.CreateStruct.Entry entry = proto.getEntries(i);
      Problems here = problems.at("entries", i);
      if (entry.getOptionalEntry()) {
        here.unsupported("optional_entry");
      }
      nodes.add(node(entry.getMapKey(), here.at("map_key")));
      nodes.add(node(entry.getValue(), here.at("value")));
    }
    return new Node.MapOf(nodes);
  }

  private Node loop(Expr.Comprehension proto, Problems problems) {
    if (!proto.getIterVar2().isEmpty()) {
      problems.unsupported("iter_var2");
    }
    Node range = node(proto.getIterRange(), problems.at("iter_range"));
    Node start = node(proto.getAccuInit(), problems.at("accu_init"));
    int result = declare(proto.getAccuVar());
    int item = declare(proto.getIterVar());
    Node condition = node(proto.getLoopCondition(), problems.at("loop_condition"));
    Node step = node(proto.getLoopStep(), problems.at("loop_step"));
    scope.removeLast();
    Node last = node(proto.getResult(), problems.at("result"));
    scope.removeLast();
    return new Node.Loop(item, range, result, start, condition, step, last);
  }

  private int declare(String name) {
    scope.add(name);
    variables = Math.max(variables, scope.size());
    return scope.size() - 1;
  }
}
