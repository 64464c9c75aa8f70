package io.outrigger.config.cel;

import com.google.api.expr.v1alpha1.CheckedExpr;
import com.google.api.expr.v1alpha1.ParsedExpr;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.outrigger.config.compile.Problems;

/** Compiles xds.type.v3.CelExpression: a tree of either package, which are the same on the wire. */
@SuppressWarnings("deprecation") // the older package's trees are still accepted by Envoy
public final class CelExpressionCompiler {
  private CelExpressionCompiler() {}

  public static CelExpression compile(
      com.github.xds.type.v3.CelExpression proto, Problems problems) {
    if (proto.hasCelExprChecked()) {
      return ExprCompiler.compile(
          as(proto.getCelExprChecked(), CheckedExpr.parser()), problems.at("cel_expr_checked"));
    }
    if (proto.hasCelExprParsed()) {
      return parsed(
          as(proto.getCelExprParsed(), ParsedExpr.parser()), problems.at("cel_expr_parsed"));
    }
    return proto.hasCheckedExpr()
        ? ExprCompiler.compile(proto.getCheckedExpr(), problems.at("checked_expr"))
        : parsed(proto.getParsedExpr(), problems.at("parsed_expr"));
  }

  private static CelExpression parsed(ParsedExpr proto, Problems problems) {
    return ExprCompiler.compile(proto.getExpr(), problems.at("expr"));
  }

  private static <M extends MessageLite> M as(MessageLite proto, Parser<M> parser) {
    try {
      return parser.parseFrom(proto.toByteString());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the same message under another name", e);
    }
  }
}
