/* SPDX-License-Identifier: MIT */
/* The table of rv-mux's options. */
#include "sink/command.h"

#include <string.h>

#include "format/format.h"
#include "sink/info.h"

#define OPTIONS_MAX 256
#define FORMATS_MAX 64

struct sink_command sink_command = { .output = "dataset" };

static const struct rv_option own_options[] = {
	{ .kind = RV_OPT_STRING,
	  .letter = 'o',
	  .name = "output",
	  .value = &sink_command.output,
	  .argument = "DIR",
	  .help = "the dataset, replaced as a whole" },
	{ .kind = RV_OPT_FLAG,
	  .name = "replace",
	  .value = &sink_command.place.keeps,
	  .help = "files of others in the dataset that is there go into the new one",
	  .unset = "an error" },
	{ .kind = RV_OPT_FLAG,
	  .name = "shrink",
	  .value = &sink_command.shrinks,
	  .help = "replace a dataset of more samples, also when records carry errors",
	  .unset = "it stays" },
	{ .kind = RV_OPT_SECONDS,
	  .name = "wait",
	  .value = &sink_command.place.wait_s,
	  .argument = "S",
	  .help = "for another rv-mux that is at work there" },
	{ .kind = RV_OPT_FLAG,
	  .name = "no-sync",
	  .value = &sink_command.no_sync,
	  .help = "do not wait until the disk has it: a power cut may then cost both datasets" },
	{ .kind = RV_OPT_LIST,
	  .letter = 'f',
	  .name = "format",
	  .value = &sink_command.formats,
	  .argument = "NAME[:OPT=VALUE]...[,NAME...]",
	  .unset = "the formats that the samples are good for" }, /* help and choices: sink_command_table */
	{ .kind = RV_OPT_LIST,
	  .name = "explain",
	  .value = &sink_command.explained,
	  .argument = "NAME[:OPT=VALUE]...[,NAME...]",
	  .help = "write no dataset: say what such formats carry of the samples, and what they do not" },
	{ .kind = RV_OPT_FLAG,
	  .name = "lossy",
	  .value = &sink_command.is_lossy,
	  .help = "leave out of a format the objects that it has no class, number or name for",
	  .unset = "their samples are errors" },
	{ .kind = RV_OPT_LIST,
	  .name = "stats",
	  .value = &sink_command.stats,
	  .argument = "FILE.json|FILE.html",
	  .help = "figures of the samples as JSON, or a page with plots of them; also with --explain" },
	{ .kind = RV_OPT_STRING,
	  .name = "categories",
	  .value = &sink_command.categories,
	  .argument = "FILE|A,B,...",
	  .help = "the table of categories: COCO's JSON, a name a line, or names with the ids 1, 2, ...; others are an "
	          "error",
	  .unset = "the scene's, else in order of appearance" },
	{ .kind = RV_OPT_STRING,
	  .name = "split",
	  .value = &sink_command.splits.shares,
	  .argument = "TRAIN[,VAL[,TEST]]",
	  .help = "deals samples whose records have no split in these shares, as 80,10,10, by a hash of their ids",
	  .unset = "they are for training" },
	{ .kind = RV_OPT_STRING,
	  .name = "split-by",
	  .value = &sink_command.splits.by,
	  .argument = "JQ",
	  .help = "what says which samples stay together, as .params.asset",
	  .unset = "each is dealt on its own" },
	{ .kind = RV_OPT_FLAG,
	  .name = "split-balanced",
	  .value = &sink_command.splits.is_balanced,
	  .help = "deal by turns, for each combination of categories on its own" },
	{ .kind = RV_OPT_LIST,
	  .name = "info",
	  .value = &sink_command.info,
	  .argument = "KEY=VALUE",
	  .unset = "nothing" }, /* help: sink_command_table */
	{ .kind = RV_OPT_JOBS,
	  .letter = 'j',
	  .name = "jobs",
	  .value = &sink_command.jobs,
	  .argument = "N|auto",
	  .help = "threads; auto: one per processor" },
	{ .kind = RV_OPT_STRING,
	  .name = "post",
	  .value = &sink_command.place.shards.post,
	  .argument = "CMD",
	  .help = "a shell command for each finished shard, whose path {} stands for, as 'rclone copyto {} "
	          "far:set/$RV_POST_PATH'; it may take the file away" },
	{ .kind = RV_OPT_STRING,
	  .name = "post-check",
	  .value = &sink_command.place.shards.post_check,
	  .argument = "CMD",
	  .help = "a command that says by status 0 that the far side has the shard",
	  .unset = "what --post says counts" },
	{ .kind = RV_OPT_FLAG,
	  .name = "consume",
	  .value = &sink_command.place.shards.consumes,
	  .help = "remove the directories of samples whose shard is finished, and posted; of --format webdataset" },
	{ .kind = RV_OPT_FLAG,
	  .name = "merge",
	  .value = &sink_command.merges,
	  .help = "join datasets that were made in parts, the DIRs, to one; --format names some of their formats" },
	{ .kind = RV_OPT_FLAG,
	  .name = "formats",
	  .value = &sink_command.lists_formats,
	  .help = "list the formats, or those that --format names, and exit; with --json as JSON" },
	{ .kind = RV_OPT_END },
};

static const struct rv_option *option_of(const struct format *format, const char *name)
{
	const struct rv_option *option = format->options;
	while (strcmp(option->name, name) != 0) {
		option++;
	}
	return option;
}

/* Says which formats there are. */
static void add_format_names(struct rv_option *option)
{
	static const char *names[FORMATS_MAX + 1];
	static struct rv_str help = RV_STR_INIT;
	for (size_t i = 0; i < format_count; i++) {
		names[i] = format_all[i]->name;
		rv_str_printf(&help, "%s%s", i > 0 ? ", " : "", names[i]);
	}
	rv_str_puts(&help, "; a format may have options, as in video:crf=20:fps=30,coco, which --formats lists");
	option->help = help.ptr;
	option->choices = names;
}

static void add_info_keys(struct rv_option *option)
{
	static struct rv_str help = RV_STR_INIT;
	rv_str_puts(&help, "what LICENSE, cards and croissant.json say of the dataset; KEY is one of ");
	sink_info_help(&help);
	option->help = help.ptr;
}

/* The tool's own, then of each format those that are also options of the tool. */
const struct rv_option *sink_command_table(void)
{
	static struct rv_option options[OPTIONS_MAX];
	size_t n = 0;
	for (const struct rv_option *o = own_options; o->kind != RV_OPT_END; o++) {
		options[n] = *o;
		if (o->value == &sink_command.formats) {
			add_format_names(&options[n]);
		} else if (o->value == &sink_command.info) {
			add_info_keys(&options[n]);
		}
		n++;
	}
	for (size_t i = 0; i < format_count; i++) {
		const struct format_alias *alias = format_all[i]->aliases;
		if (alias) {
			options[n++] = (struct rv_option) { .kind = RV_OPT_GROUP, .name = format_all[i]->title };
		}
		for (; alias && alias->global; alias++) {
			options[n] = *option_of(format_all[i], alias->option);
			options[n++].name = alias->global;
		}
	}
	options[n] = (struct rv_option) { .kind = RV_OPT_END };
	return options;
}

void sink_command_release(void)
{
	rv_option_list_release(&sink_command.formats);
	rv_option_list_release(&sink_command.explained);
	rv_option_list_release(&sink_command.info);
	rv_option_list_release(&sink_command.stats);
}
