package io.outrigger.cli.explain;

import io.outrigger.control.istio.MeshConfig;
import io.outrigger.control.resource.Problem;
import io.outrigger.control.validate.ResourceFiles;
import io.outrigger.control.world.World;
import io.outrigger.control.world.WorldBuilder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The mesh that files describe, for commands that say something of it. */
public final class MeshFiles {
  private MeshFiles() {}

  /** Null, with each error told, if something in the files is wrong. */
  public static @Nullable World read(List<Path> files, PrintWriter err) {
    ResourceFiles read = ResourceFiles.read(files);
    List<Problem> errors = read.problems().stream().filter(Problem::error).toList();
    if (!errors.isEmpty()) {
      errors.forEach(err::println);
      err.println("mend these first: outrigger validate -f shows all that is wrong");
      return null;
    }
    return WorldBuilder.build(1, MeshConfig.DEFAULT, read.resources().values());
  }
}
