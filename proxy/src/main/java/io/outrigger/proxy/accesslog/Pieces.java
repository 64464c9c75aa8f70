package io.outrigger.proxy.accesslog;

import io.outrigger.api.grpc.GrpcStatus;
import io.outrigger.config.accesslog.FormatElement;
import io.outrigger.config.accesslog.LogFormat;
import java.util.List;

/** Makes the pieces of a parsed format. Runs when a logger is made, not when it logs. */
final class Pieces {
  private Pieces() {}

  static Piece[] of(LogFormat format) {
    List<FormatElement> elements = format.elements();
    Piece[] pieces = new Piece[elements.size()];
    for (int i = 0; i < pieces.length; i++) {
      pieces[i] = of(elements.get(i));
    }
    return pieces;
  }

  private static Piece of(FormatElement element) {
    if (element instanceof FormatElement.Literal literal) {
      return new Piece.Literal(literal.bytes());
    }
    if (element instanceof FormatElement.Field field) {
      return limited(Fields.of(field.operator()), field.maxLength());
    }
    if (element instanceof FormatElement.Header header) {
      return limited(HeaderPieces.header(header), header.maxLength());
    }
    if (element instanceof FormatElement.HeaderWithoutQuery header) {
      return limited(HeaderPieces.withoutQuery(header), header.maxLength());
    }
    if (element instanceof FormatElement.Time time) {
      return new TimePiece(time);
    }
    if (element instanceof FormatElement.MetadataField field) {
      return limited(new MetadataPiece(field), field.maxLength());
    }
    if (element instanceof FormatElement.FilterState state) {
      return limited(new FilterStatePiece(state), state.maxLength());
    }
    if (element instanceof FormatElement.Duration duration) {
      return duration(duration);
    }
    if (element instanceof FormatElement.QueryParameter parameter) {
      return limited(HeaderPieces.queryParameter(parameter), parameter.maxLength());
    }
    if (element instanceof FormatElement.Path path) {
      return limited(HeaderPieces.path(path), path.maxLength());
    }
    if (element instanceof FormatElement.Query query) {
      return limited(HeaderPieces.query(query), query.maxLength());
    }
    if (element instanceof FormatElement.GrpcStatus status) {
      return grpcStatus(status.spelling());
    }
    throw new IllegalStateException("unknown FormatElement: " + element);
  }

  private static Piece limited(Piece piece, int limit) {
    return limit > 0 ? new Piece.Limited(piece, limit) : piece;
  }

  private static Piece duration(FormatElement.Duration duration) {
    long unit = duration.unitNanos();
    return (Piece.Whole)
        entry -> {
          long from = at(entry, duration.start());
          long to = at(entry, duration.end());
          return from == 0 || to == 0 ? Piece.Whole.UNSET : (to - from) / unit;
        };
  }

  private static long at(LogEntry entry, FormatElement.TimePoint point) {
    return switch (point) {
      case DS_RX_BEG -> entry.startNanos();
      case DS_RX_END -> entry.requestEndNanos();
      case US_CX_BEG -> entry.upstreamConnectStartNanos();
      case US_CX_END -> entry.upstreamConnectedNanos();
      case US_HS_END -> entry.upstreamHandshakeNanos();
      case US_TX_BEG -> entry.upstreamFirstSentNanos();
      case US_TX_END -> entry.upstreamLastSentNanos();
      case US_RX_BEG -> entry.upstreamFirstReceivedNanos();
      case US_RX_BODY_BEG -> 0;
      case US_RX_END -> entry.upstreamLastReceivedNanos();
      case DS_TX_BEG -> entry.responseFirstSentNanos();
      case DS_TX_END -> entry.responseLastSentNanos();
    };
  }

  private static Piece grpcStatus(FormatElement.GrpcStatusSpelling spelling) {
    return switch (spelling) {
      case NUMBER ->
          (Piece.Whole)
              entry -> {
                int status = GrpcStatusText.of(entry);
                return status < 0 ? Piece.Whole.UNSET : status;
              };
      case CAMEL_STRING ->
          (Piece.Text)
              entry -> {
                int status = GrpcStatusText.of(entry);
                return status < 0 ? null : GrpcStatusText.camel(status);
              };
      case SNAKE_STRING ->
          (Piece.Text)
              entry -> {
                int status = GrpcStatusText.of(entry);
                return status < 0 ? null : GrpcStatus.name(status);
              };
    };
  }
}
