/* SPDX-License-Identifier: MIT */
/* A text file for each split. */
#include "sink/split_files.h"

#include "format/layout.h"

void sink_split_files_init(struct sink_split_files *files, struct sink_dataset *dataset, const struct format *format,
                           const char *layout)
{
	*files = (struct sink_split_files) { .dataset = dataset, .layout = format_layout(format, layout) };
}

static struct sink_output *open_file(struct sink_split_files *files, enum rv_split split, struct rv_err *err)
{
	struct format_place place = { .id = "" };
	struct rv_str path = RV_STR_INIT;
	format_place_set_split(&place, rv_split_names[split]);
	format_expand(files->layout, &place, &path);
	struct sink_output *const output = sink_dataset_create(files->dataset, path.ptr, err);
	rv_str_release(&path);
	return output;
}

int sink_split_files_put(struct sink_split_files *files, enum rv_split split, const char *text, size_t len,
                         struct rv_err *err)
{
	if (!files->outputs[split]) {
		files->outputs[split] = open_file(files, split, err);
	}
	return files->outputs[split] ? sink_output_write(files->outputs[split], text, len, err) : -1;
}

bool sink_split_files_has(const struct sink_split_files *files, enum rv_split split)
{
	return files->outputs[split] != NULL;
}

int sink_split_files_close(struct sink_split_files *files, struct rv_err *err)
{
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		struct sink_output *const output = files->outputs[split];
		files->outputs[split] = NULL;
		if (output && sink_dataset_finish(files->dataset, output, err) < 0) {
			return -1;
		}
	}
	return 0;
}

void sink_split_files_release(struct sink_split_files *files)
{
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		sink_output_abort(files->outputs[split]);
		files->outputs[split] = NULL;
	}
}
