package io.outrigger.config.cel;

import com.google.api.expr.v1alpha1.Constant;
import com.google.api.expr.v1alpha1.Expr;
import com.google.protobuf.ByteString;
import com.google.protobuf.NullValue;
import java.util.ArrayList;
import java.util.List;

/** Reads expressions as they are written, so that tests need not spell their trees. */
public final class CelParser {
  private static final List<List<String>> LEVELS =
      List.of(
          List.of("||"),
          List.of("&&"),
          List.of("==", "!=", "<=", ">=", "<", ">", "in "),
          List.of("+", "-"),
          List.of("*", "/", "%"));

  private final String text;
  private int at;

  private CelParser(String text) {
    this.text = text;
  }

  public static Expr parse(String text) {
    CelParser parser = new CelParser(text);
    Expr expr = parser.choice();
    parser.skip();
    if (parser.at < text.length()) {
      throw new IllegalArgumentException(text + " at " + parser.at);
    }
    return expr;
  }

  private Expr choice() {
    Expr condition = binary(0);
    if (!take("?")) {
      return condition;
    }
    Expr then = binary(0);
    expect(":");
    return call("_?_:_", condition, then, choice());
  }

  private Expr binary(int level) {
    if (level == LEVELS.size()) {
      return unary();
    }
    Expr left = binary(level + 1);
    while (true) {
      String found = null;
      for (String operator : LEVELS.get(level)) {
        if (found == null && take(operator)) {
          found = operator;
        }
      }
      if (found == null) {
        return left;
      }
      left = call(found.equals("in ") ? "@in" : "_" + found + "_", left, binary(level + 1));
    }
  }

  private Expr unary() {
    if (take("!")) {
      return call("!_", unary());
    }
    skip();
    if (text.charAt(at) == '-' && !Character.isDigit(text.charAt(at + 1))) {
      at++;
      return call("-_", unary());
    }
    Expr of = primary();
    while (true) {
      if (take(".")) {
        String name = word();
        of = take("(") ? member(of, name, arguments(")")) : select(of, name, false);
      } else if (take("[")) {
        of = call("_[_]", of, choice());
        expect("]");
      } else {
        return of;
      }
    }
  }

  private Expr primary() {
    skip();
    char c = text.charAt(at);
    if (take("(")) {
      Expr inner = choice();
      expect(")");
      return inner;
    }
    if (take("[")) {
      return Expr.newBuilder()
          .setListExpr(Expr.CreateList.newBuilder().addAllElements(arguments("]")))
          .build();
    }
    if (take("{")) {
      return map();
    }
    if (text.startsWith("b'", at)) {
      at++;
      return constant(Constant.newBuilder().setBytesValue(ByteString.copyFromUtf8(quoted())));
    }
    if (c == '\'') {
      return constant(Constant.newBuilder().setStringValue(quoted()));
    }
    if (Character.isDigit(c) || c == '-') {
      return number();
    }
    String word = word();
    return switch (word) {
      case "true", "false" -> constant(Constant.newBuilder().setBoolValue(word.equals("true")));
      case "null" -> constant(Constant.newBuilder().setNullValue(NullValue.NULL_VALUE));
      default -> take("(") ? global(word, arguments(")")) : ident(word);
    };
  }

  private Expr map() {
    Expr.CreateStruct.Builder made = Expr.CreateStruct.newBuilder();
    while (!take("}")) {
      Expr key = choice();
      expect(":");
      made.addEntries(Expr.CreateStruct.Entry.newBuilder().setMapKey(key).setValue(choice()));
      take(",");
    }
    return Expr.newBuilder().setStructExpr(made).build();
  }

  private static Expr global(String name, List<Expr> arguments) {
    if (name.equals("has")) {
      Expr.Select asked = arguments.getFirst().getSelectExpr();
      return select(asked.getOperand(), asked.getField(), true);
    }
    return call(name, arguments.toArray(Expr[]::new));
  }

  private static Expr member(Expr of, String name, List<Expr> arguments) {
    Expr yes = constant(Constant.newBuilder().setBoolValue(true));
    Expr no = constant(Constant.newBuilder().setBoolValue(false));
    Expr so = ident("__result__");
    Expr last = arguments.isEmpty() ? so : arguments.getLast();
    Expr empty = Expr.newBuilder().setListExpr(Expr.CreateList.getDefaultInstance()).build();
    return switch (name) {
      case "all" ->
          loop(of, arguments, yes, call("@not_strictly_false", so), call("_&&_", so, last), so);
      case "exists" ->
          loop(
              of,
              arguments,
              no,
              call("@not_strictly_false", call("!_", so)),
              call("_||_", so, last),
              so);
      case "filter" ->
          loop(
              of,
              arguments,
              empty,
              yes,
              call("_?_:_", last, call("_+_", so, list(arguments.getFirst())), so),
              so);
      case "map" -> loop(of, arguments, empty, yes, call("_+_", so, list(last)), so);
      default ->
          Expr.newBuilder()
              .setCallExpr(
                  Expr.Call.newBuilder().setFunction(name).setTarget(of).addAllArgs(arguments))
              .build();
    };
  }

  private static Expr loop(
      Expr range, List<Expr> arguments, Expr start, Expr condition, Expr step, Expr result) {
    return Expr.newBuilder()
        .setComprehensionExpr(
            Expr.Comprehension.newBuilder()
                .setIterVar(arguments.getFirst().getIdentExpr().getName())
                .setIterRange(range)
                .setAccuVar("__result__")
                .setAccuInit(start)
                .setLoopCondition(condition)
                .setLoopStep(step)
                .setResult(result))
        .build();
  }

  private static Expr list(Expr element) {
    return Expr.newBuilder().setListExpr(Expr.CreateList.newBuilder().addElements(element)).build();
  }

  private static Expr ident(String name) {
    return Expr.newBuilder().setIdentExpr(Expr.Ident.newBuilder().setName(name)).build();
  }

  private static Expr select(Expr of, String field, boolean test) {
    return Expr.newBuilder()
        .setSelectExpr(Expr.Select.newBuilder().setOperand(of).setField(field).setTestOnly(test))
        .build();
  }

  private static Expr call(String function, Expr... arguments) {
    return Expr.newBuilder()
        .setCallExpr(Expr.Call.newBuilder().setFunction(function).addAllArgs(List.of(arguments)))
        .build();
  }

  private static Expr constant(Constant.Builder constant) {
    return Expr.newBuilder().setConstExpr(constant).build();
  }

  private List<Expr> arguments(String end) {
    List<Expr> all = new ArrayList<>();
    while (!take(end)) {
      all.add(choice());
      take(",");
    }
    return all;
  }

  private String quoted() {
    int end = text.indexOf('\'', ++at);
    String inner = text.substring(at, end);
    at = end + 1;
    return inner;
  }

  private Expr number() {
    int start = at++;
    while (at < text.length() && "0123456789.e".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String digits = text.substring(start, at);
    if (at < text.length() && text.charAt(at) == 'u') {
      at++;
      return constant(Constant.newBuilder().setUint64Value(Long.parseUnsignedLong(digits)));
    }
    return digits.matches("-?[0-9]+")
        ? constant(Constant.newBuilder().setInt64Value(Long.parseLong(digits)))
        : constant(Constant.newBuilder().setDoubleValue(Double.parseDouble(digits)));
  }

  private String word() {
    skip();
    int start = at;
    while (at < text.length() && Character.isJavaIdentifierPart(text.charAt(at))) {
      at++;
    }
    if (start == at) {
      throw new IllegalArgumentException(text + " at " + at);
    }
    return text.substring(start, at);
  }

  private void skip() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }

  private boolean take(String token) {
    skip();
    if (!text.startsWith(token, at)) {
      return false;
    }
    at += token.length();
    return true;
  }

  private void expect(String token) {
    if (!take(token)) {
      throw new IllegalArgumentException(text + ": no " + token + " at " + at);
    }
  }
}
