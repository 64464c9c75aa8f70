package io.outrigger.config.bootstrap;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.metrics.v3.HistogramBucketSettings;
import io.envoyproxy.envoy.config.metrics.v3.StatsConfig;
import io.envoyproxy.envoy.config.metrics.v3.StatsMatcher;
import io.envoyproxy.envoy.config.metrics.v3.TagSpecifier;
import io.outrigger.config.bootstrap.StatsOptions.Buckets;
import io.outrigger.config.bootstrap.StatsOptions.Selection;
import io.outrigger.config.bootstrap.StatsOptions.StatsTag;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.match.StringMatcherCompiler;
import java.util.ArrayList;
import java.util.List;

/** Compiles stats_config, the flush interval and the sinks. */
final class StatsOptionsCompiler {
  private static final long DEFAULT_FLUSH_MILLIS = 5000;

  private StatsOptionsCompiler() {}

  static StatsOptions compile(Bootstrap proto, Problems problems) {
    StatsConfig config = proto.getStatsConfig();
    Problems here = problems.at("stats_config");
    if (config.hasUseAllDefaultTags() && !config.getUseAllDefaultTags().getValue()) {
      here.ignored("use_all_default_tags");
    }
    return new StatsOptions(
        Millis.orElse(
            proto.hasStatsFlushInterval(),
            proto.getStatsFlushInterval(),
            DEFAULT_FLUSH_MILLIS,
            problems.at("stats_flush_interval")),
        proto.getStatsFlushOnAdmin(),
        tags(config, here),
        selection(config.getStatsMatcher(), here.at("stats_matcher")),
        buckets(config, here),
        StatsSinkCompiler.compile(proto.getStatsSinksList(), problems));
  }

  private static List<StatsTag> tags(StatsConfig config, Problems problems) {
    List<StatsTag> tags = new ArrayList<>();
    for (int i = 0; i < config.getStatsTagsCount(); i++) {
      TagSpecifier tag = config.getStatsTags(i);
      Problems here = problems.at("stats_tags", i);
      if (tag.hasFixedValue()) {
        tags.add(new StatsTag(tag.getTagName(), null, tag.getFixedValue()));
      } else if (!tag.getRegex().isEmpty()) {
        try {
          Pattern pattern = Pattern.compile(tag.getRegex());
          if (pattern.groupCount() == 0) {
            here.error(
                "regex", "has no group; one is required, for the part of the name to take out");
          } else {
            tags.add(new StatsTag(tag.getTagName(), pattern, ""));
          }
        } catch (PatternSyntaxException e) {
          here.error(
              "regex", "'" + tag.getRegex() + "' is no regular expression: " + e.getDescription());
        }
      }
    }
    return tags;
  }

  private static Selection selection(StatsMatcher proto, Problems problems) {
    return switch (proto.getStatsMatcherCase()) {
      case REJECT_ALL -> proto.getRejectAll() ? new Selection(List.of(), true) : Selection.ALL;
      case EXCLUSION_LIST ->
          new Selection(
              StringMatcherCompiler.compileAll(
                  proto.getExclusionList(), problems.at("exclusion_list")),
              false);
      case INCLUSION_LIST ->
          new Selection(
              StringMatcherCompiler.compileAll(
                  proto.getInclusionList(), problems.at("inclusion_list")),
              true);
      case STATSMATCHER_NOT_SET -> Selection.ALL;
    };
  }

  private static List<Buckets> buckets(StatsConfig config, Problems problems) {
    List<Buckets> all = new ArrayList<>();
    for (int i = 0; i < config.getHistogramBucketSettingsCount(); i++) {
      HistogramBucketSettings settings = config.getHistogramBucketSettings(i);
      Problems here = problems.at("histogram_bucket_settings", i);
      all.add(
          new Buckets(
              StringMatcherCompiler.compile(settings.getMatch(), here.at("match")),
              settings.getBucketsList().stream().sorted().distinct().toList()));
    }
    return all;
  }
}
