package io.outrigger.proxy.admin;

import io.netty.channel.unix.DomainSocketAddress;
import io.outrigger.api.schema.JsonWriter;
import io.outrigger.config.address.IpText;
import io.outrigger.proxy.listener.ListenerStatus;
import io.outrigger.proxy.listener.Listeners;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;

/** {@code /listeners}: names and addresses, with the ports that the kernel chose. */
public final class ListenersPage {
  private final Listeners listeners;

  public ListenersPage(Listeners listeners) {
    this.listeners = listeners;
  }

  public void register(AdminPages pages) {
    pages.get(
        "/listeners",
        "print listener info",
        List.of("format: File format to use; One of (text, json)"),
        request -> request.isJson() ? AdminReply.json(json()) : AdminReply.text(text()));
  }

  private String text() {
    StringBuilder out = new StringBuilder();
    for (ListenerStatus listener : listeners.status()) {
      for (String address : listener.addressTexts()) {
        out.append(listener.config().name()).append("::").append(address).append('\n');
      }
    }
    return out.toString();
  }

  private String json() {
    JsonWriter out = new JsonWriter(true);
    out.beginObject().name("listener_statuses").beginArray();
    for (ListenerStatus listener : listeners.status()) {
      out.beginObject();
      out.name("name").value(listener.config().name());
      List<SocketAddress> addresses = listener.addresses();
      if (!addresses.isEmpty()) {
        out.name("local_address");
        address(out, addresses.getFirst());
      }
      if (addresses.size() > 1) {
        out.name("additional_local_addresses").beginArray();
        addresses.subList(1, addresses.size()).forEach(address -> address(out, address));
        out.endArray();
      }
      out.endObject();
    }
    return out.endArray().endObject() + "\n";
  }

  private static void address(JsonWriter out, SocketAddress address) {
    out.beginObject();
    if (address instanceof InetSocketAddress inet) {
      out.name("socket_address").beginObject();
      out.name("address").value(IpText.of(inet.getAddress()));
      out.name("port_value").value(inet.getPort()).endObject();
    } else if (address instanceof DomainSocketAddress pipe) {
      out.name("pipe").beginObject().name("path").value(pipe.path()).endObject();
    } else {
      out.name("internal").value(address.toString());
    }
    out.endObject();
  }
}
