package io.outrigger.config.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonStructTest {
  @Test
  void readsEveryKindOfValue() {
    Struct read =
        JsonStruct.parse(
            " {\"s\":\"a\\u00e9\\n\\ud83d\\ude00\", \"n\" : -1.5e1,\"b\":[true,false,null,{}],\"l\":123456789012345678} ");
    assertThat(read).isNotNull();
    assertThat(read.getFieldsMap().get("s").getStringValue()).isEqualTo("aé\n😀");
    assertThat(read.getFieldsMap().get("n").getNumberValue()).isEqualTo(-15);
    assertThat(read.getFieldsMap().get("b").getListValue().getValuesCount()).isEqualTo(4);
    assertThat(read.getFieldsMap().get("l").getNumberValue()).isEqualTo(123456789012345678.0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[]",
        "\"x\"",
        "1",
        "{",
        "{}x",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1,\"a\":2}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":01}",
        "{\"a\":1.}",
        "{\"a\":.5}",
        "{\"a\":+1}",
        "{\"a\":1e}",
        "{\"a\":1e999}",
        "{\"a\":NaN}",
        "{\"a\":tru}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00\"}",
        "{\"a\":\"\u0000\"}",
        "{\"a\":\"b",
        "{\"a\":[1,]}",
        "{\"a\":[1"
      })
  void refusesWhatIsNoJsonObject(String text) {
    assertThat(JsonStruct.parse(text)).isNull();
  }

  @Test
  void nestingIsBounded() {
    assertThat(JsonStruct.parse("{\"a\":".repeat(100) + "1" + "}".repeat(100))).isNotNull();
    assertThat(JsonStruct.parse("{\"a\":".repeat(101) + "1" + "}".repeat(101))).isNull();
    assertThat(JsonStruct.parse("{\"a\":" + "[".repeat(1_000_000))).isNull();
  }

  @Test
  void bytesMustBeUtf8() {
    assertThat(JsonStruct.parse("{\"a\":\"é\"}".getBytes(StandardCharsets.UTF_8))).isNotNull();
    assertThat(JsonStruct.parse("{\"a\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1))).isNull();
  }
}
