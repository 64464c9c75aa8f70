package io.outrigger.proxy.accesslog;

import io.outrigger.config.accesslog.FormatElement;
import io.outrigger.config.accesslog.TimeFormat;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes points in time: ISO 8601 to the millisecond, or as a strftime format says. */
final class TimePiece implements Piece {
  private static final long MICROS = 1_000_000;

  private final FormatElement.TimeSource source;
  private final TimeFormat format;
  private final ZoneId zone;

  TimePiece(FormatElement.Time time) {
    this.source = time.source();
    this.format = time.format();
    this.zone = time.format().local() ? ZoneId.systemDefault() : ZoneOffset.UTC;
  }

  @Override
  public boolean write(LogBuffer out, LogEntry entry) {
    long micros = micros(entry);
    if (micros == 0) {
      return false;
    }
    if (format.parts().isEmpty()) {
      iso(out, micros);
      return true;
    }
    ZonedDateTime time =
        Instant.ofEpochSecond(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1000)
            .atZone(zone);
    for (TimeFormat.Part part : format.parts()) {
      if (part instanceof TimeFormat.Text text) {
        out.put(text.text());
      } else if (part instanceof TimeFormat.Fraction fraction) {
        fraction(out, time, fraction.digits());
      } else if (part instanceof TimeFormat.Epoch epoch) {
        epoch(out, time, epoch.digits());
      } else if (part instanceof TimeFormat.Conversion conversion) {
        conversion(out, time, conversion.letter());
      } else {
        throw new IllegalStateException("unknown TimeFormat.Part: " + part);
      }
    }
    return true;
  }

  private long micros(LogEntry entry) {
    return switch (source) {
      case START_TIME -> entry.startEpochMicros();
      case EMIT_TIME -> entry.worker().epochMillis() * 1000;
      case DOWNSTREAM_PEER_CERT_V_START -> certificate(entry.downstreamTls(), true);
      case DOWNSTREAM_PEER_CERT_V_END -> certificate(entry.downstreamTls(), false);
      case UPSTREAM_PEER_CERT_V_START -> certificate(entry.upstreamTls(), true);
      case UPSTREAM_PEER_CERT_V_END -> certificate(entry.upstreamTls(), false);
    };
  }

  private static long certificate(@Nullable TlsFacts facts, boolean start) {
    if (facts == null) {
      return 0;
    }
    return 1000 * (start ? facts.peerCertificateStart() : facts.peerCertificateEnd());
  }

  /** {@code 2026-01-31T23:59:59.001Z}, without an object made. */
  static void iso(LogBuffer out, long micros) {
    long millis = Math.floorDiv(micros, 1000L);
    long days = Math.floorDiv(millis, 86_400_000L);
    long ofDay = Math.floorMod(millis, 86_400_000L);
    // days since the epoch to a date: Howard Hinnant's civil_from_days
    long z = days + 719_468;
    long era = Math.floorDiv(z, 146_097L);
    long dayOfEra = z - era * 146_097;
    long yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    long shifted = (5 * dayOfYear + 2) / 153;
    long day = dayOfYear - (153 * shifted + 2) / 5 + 1;
    long month = shifted < 10 ? shifted + 3 : shifted - 9;
    long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    out.padded(year, 4);
    out.put('-');
    out.padded(month, 2);
    out.put('-');
    out.padded(day, 2);
    out.put('T');
    out.padded(ofDay / 3_600_000, 2);
    out.put(':');
    out.padded(ofDay / 60_000 % 60, 2);
    out.put(':');
    out.padded(ofDay / 1000 % 60, 2);
    out.put('.');
    out.padded(ofDay % 1000, 3);
    out.put('Z');
  }

  private static void fraction(LogBuffer out, ZonedDateTime time, int digits) {
    long value = time.getNano();
    for (int i = digits; i < 9; i++) {
      value /= 10;
    }
    out.padded(value, Math.min(digits, 9));
  }

  private static void epoch(LogBuffer out, ZonedDateTime time, int digits) {
    out.putNumber(time.toEpochSecond());
    if (digits > 0) {
      fraction(out, time, digits);
    }
  }

  private static void conversion(LogBuffer out, ZonedDateTime time, char letter) {
    switch (letter) {
      case 'Y' -> out.putNumber(time.getYear());
      case 'C' -> out.padded(time.getYear() / 100, 2);
      case 'y' -> out.padded(time.getYear() % 100, 2);
      case 'm' -> out.padded(time.getMonthValue(), 2);
      case 'd' -> out.padded(time.getDayOfMonth(), 2);
      case 'e' -> out.put(String.format("%2d", time.getDayOfMonth()));
      case 'H' -> out.padded(time.getHour(), 2);
      case 'I' -> out.padded(time.get(ChronoField.CLOCK_HOUR_OF_AMPM), 2);
      case 'M' -> out.padded(time.getMinute(), 2);
      case 'S' -> out.padded(time.getSecond(), 2);
      case 'E' -> out.padded(time.getSecond(), 2);
      case 'j' -> out.padded(time.getDayOfYear(), 3);
      case 'p' -> out.put(time.getHour() < 12 ? "AM" : "PM");
      case 'a' -> out.put(time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH));
      case 'A' -> out.put(time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH));
      case 'b', 'h' -> out.put(time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH));
      case 'B' -> out.put(time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH));
      case 'u' -> out.putNumber(time.getDayOfWeek().getValue());
      case 'w' -> out.putNumber(time.getDayOfWeek().getValue() % 7);
      case 'G' -> out.putNumber(time.get(IsoFields.WEEK_BASED_YEAR));
      case 'V' -> out.padded(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2);
      case 'z' -> offset(out, time);
      case 'Z' -> out.put(time.getZone().equals(ZoneOffset.UTC) ? "UTC" : time.getZone().getId());
      case 'T' -> several(out, time, "H:M:S");
      case 'F' -> several(out, time, "Y-m-d");
      case 'D' -> several(out, time, "m/d/y");
      case 'R' -> several(out, time, "H:M");
      case 'n' -> out.put('\n');
      case 't' -> out.put('\t');
      case '%' -> out.put('%');
      default -> {
        out.put('%');
        out.put(letter);
      }
    }
  }

  /** Letters are conversions, all else is text. */
  private static void several(LogBuffer out, ZonedDateTime time, String format) {
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (Character.isLetter(c)) {
        conversion(out, time, c);
      } else {
        out.put(c);
      }
    }
  }

  private static void offset(LogBuffer out, ZonedDateTime time) {
    int minutes = time.getOffset().getTotalSeconds() / 60;
    out.put(minutes < 0 ? '-' : '+');
    out.padded(Math.abs(minutes) / 60, 2);
    out.padded(Math.abs(minutes) % 60, 2);
  }
}
