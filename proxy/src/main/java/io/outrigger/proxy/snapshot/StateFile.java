package io.outrigger.proxy.snapshot;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.outrigger.proxy.log.Log;
import io.outrigger.xds.ResourceType;
import io.outrigger.xds.VersionedResource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * The last good dynamic configuration on disk, so that a proxy restarts without its control plane.
 *
 * <p>One file: a magic number, a checksum, then each resource with its type, name, version and
 * bytes. It is written beside its place and renamed, so that it is whole or the one before. Secrets
 * are not in it: private keys belong on no disk.
 */
public final class StateFile {
  private static final int MAGIC = 0x4f555431; // "OUT1"
  private static final int HEADER = 12;
  private static final int MAX_SIZE = 256 << 20;

  private final Path path;

  /** {@code directory} must exist. */
  public StateFile(Path directory) {
    this.path = directory.resolve("last-good-configuration");
  }

  /** What was stored; empty if there is nothing, or nothing whole. */
  public Map<ResourceType, List<VersionedResource>> load() {
    Map<ResourceType, List<VersionedResource>> resources = new EnumMap<>(ResourceType.class);
    byte[] file;
    try {
      if (Files.size(path) > MAX_SIZE) {
        throw new IOException("is larger than " + MAX_SIZE + " bytes");
      }
      file = Files.readAllBytes(path);
      read(file, resources);
    } catch (NoSuchFileException e) {
      return Map.of(); // a first start
    } catch (IOException e) {
      Log.CONFIG.warning("stored configuration " + path + " is not used: " + e.getMessage());
      return Map.of();
    }
    return resources;
  }

  private static void read(byte[] file, Map<ResourceType, List<VersionedResource>> resources)
      throws IOException {
    if (file.length < HEADER) {
      throw new IOException("is cut short");
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(file));
    if (in.readInt() != MAGIC) {
      throw new IOException("is of another kind");
    }
    if (in.readLong() != checksum(file, HEADER, file.length - HEADER)) {
      throw new IOException("its checksum doesn't match");
    }
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      ResourceType type = ResourceType.ofTypeUrl(in.readUTF());
      String name = in.readUTF();
      String version = in.readUTF();
      byte[] body = in.readNBytes(in.readInt());
      if (type != null) {
        Any any =
            Any.newBuilder().setTypeUrl(type.typeUrl()).setValue(ByteString.copyFrom(body)).build();
        resources
            .computeIfAbsent(type, t -> new ArrayList<>())
            .add(new VersionedResource(name, version, any));
      }
    }
  }

  /** The file's bytes for what is held now. On the configuration loop. */
  public static byte[] encode(ReceivedConfig received) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(16_384);
    DataOutputStream out = new DataOutputStream(bytes);
    int count = 0;
    try {
      out.writeInt(0);
      count += write(out, ResourceType.CDS, received.clusters(), received.onDemand());
      count += write(out, ResourceType.EDS, received.endpoints().aggregated());
      count += write(out, ResourceType.LDS, received.listeners());
      count += write(out, ResourceType.SRDS, received.scopes().aggregated());
      count += write(out, ResourceType.RDS, received.routeTables());
      count += write(out, ResourceType.ECDS, received.extensions());
    } catch (IOException e) {
      throw new AssertionError("an array takes every byte", e);
    }
    byte[] body = bytes.toByteArray();
    ByteBuffer.wrap(body).putInt(count);
    return ByteBuffer.allocate(HEADER + body.length)
        .putInt(MAGIC)
        .putLong(checksum(body, 0, body.length))
        .put(body)
        .array();
  }

  private static int write(DataOutputStream out, ResourceType type, HeldResources<?> resources)
      throws IOException {
    return write(out, type, resources, Set.of());
  }

  private static int write(
      DataOutputStream out, ResourceType type, HeldResources<?> resources, Set<String> without)
      throws IOException {
    int count = 0;
    for (Held<?> held : resources.all()) {
      if (held.dynamic() && !without.contains(held.name())) {
        byte[] body = held.proto().toByteArray();
        out.writeUTF(type.typeUrl());
        out.writeUTF(held.name());
        out.writeUTF(held.version());
        out.writeInt(body.length);
        out.write(body);
        count++;
      }
    }
    return count;
  }

  /** Puts a file's bytes in place. Blocks on the disk: not on a loop. */
  public void store(byte[] file) throws IOException {
    Path next = path.resolveSibling(path.getFileName() + ".next");
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer buffer = ByteBuffer.wrap(file);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static long checksum(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return crc.getValue();
  }
}
