/* SPDX-License-Identifier: MIT */
/* The card of a dataset for Hugging Face. */
#include "sink/hf_card.h"

/* As the Hub names sizes. */
static const char *size_category(uint64_t n)
{
	static const char *const names[] = { "n<1K",     "1K<n<10K",   "10K<n<100K", "100K<n<1M",
		                             "1M<n<10M", "10M<n<100M", "100M<n<1B",  "n>1B" };
	size_t i = 0;
	for (uint64_t limit = 1000; i + 1 < RV_COUNTOF(names) && n >= limit; limit *= 10) {
		i++;
	}
	return names[i];
}

int sink_hf_card(struct sink_dataset *dataset, const struct format *format, const struct sink_split_files *rows,
                 uint64_t n_rows, struct rv_err *err)
{
	static const char *const names[RV_SPLITS] = { "train", "validation", "test" }; /* as datasets has them */
	struct rv_str card = RV_STR_INIT;
	rv_str_printf(&card, "---\nsize_categories:\n- %s\nconfigs:\n- config_name: default\n  data_files:\n",
	              size_category(n_rows));
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		if (sink_split_files_has(rows, split)) {
			rv_str_printf(&card, "  - split: %s\n    path: \"%s/**\"\n", names[split],
			              rv_split_names[split]);
		}
	}
	rv_str_printf(&card, "---\n\nMade with rv and Blender: %s.\n", format->summary);
	const int status = sink_dataset_write(dataset, format_layout(format, "card"), card.ptr, card.len, err);
	rv_str_release(&card);
	return status;
}
