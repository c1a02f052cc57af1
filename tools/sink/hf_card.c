/* SPDX-License-Identifier: MIT */
/* The card of a dataset for Hugging Face. */
#include "sink/hf_card.h"

#include <string.h>

#include "sink/yaml.h"

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

/* The Hub has SPDX's identifiers in lower case; a licence that it does not know it calls "other". */
static void put_license(const struct sink_info *info, struct rv_str *card)
{
	const char *const license = info->values[SINK_INFO_LICENSE];
	if (license && strncmp(license, "http", 4) == 0) {
		rv_str_puts(card, "license: other\nlicense_link: ");
		sink_yaml_string(card, license);
		rv_str_putc(card, '\n');
	} else if (license) {
		rv_str_puts(card, "license: ");
		const size_t from = card->len;
		sink_yaml_string(card, license);
		for (size_t i = from; i < card->len; i++) {
			const char c = card->ptr[i];
			card->ptr[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
		}
		rv_str_putc(card, '\n');
	}
}

static void put_head(const struct sink_info *info, uint64_t n_rows, struct rv_str *card)
{
	rv_str_puts(card, "---\n");
	if (info->values[SINK_INFO_NAME]) {
		rv_str_puts(card, "pretty_name: ");
		sink_yaml_string(card, info->values[SINK_INFO_NAME]);
		rv_str_putc(card, '\n');
	}
	put_license(info, card);
	rv_str_printf(card, "size_categories:\n- %s\nconfigs:\n- config_name: default\n  data_files:\n",
	              size_category(n_rows));
}

/* For people: what it is, where it comes from, how to cite it. */
static void put_body(const struct sink_info *info, const struct format *format, struct rv_str *card)
{
	static const struct {
		enum sink_info_key key;
		const char *before, *after;
	} parts[] = { { SINK_INFO_NAME, "# ", "\n\n" },
		      { SINK_INFO_DESCRIPTION, "", "\n\n" },
		      { SINK_INFO_CREATOR, "By ", ".\n\n" },
		      { SINK_INFO_URL, "From <", ">.\n\n" } };
	for (size_t i = 0; i < RV_COUNTOF(parts); i++) {
		const char *const value = info->values[parts[i].key];
		if (value) {
			rv_str_printf(card, "%s%s%s", parts[i].before, value, parts[i].after);
		}
	}
	rv_str_printf(card, "Made with rv and Blender: %s.\n", format->summary);
	if (info->values[SINK_INFO_CITATION]) {
		rv_str_printf(card, "\n## Citation\n\n```\n%s\n```\n", info->values[SINK_INFO_CITATION]);
	}
}

int sink_hf_card(const struct sink_target *target, const struct format *format, const bool has_split[RV_SPLITS],
                 uint64_t n_rows, struct rv_err *err)
{
	static const char *const names[RV_SPLITS] = { "train", "validation", "test" }; /* as datasets has them */
	struct rv_str card = RV_STR_INIT;
	put_head(target->info, n_rows, &card);
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		if (has_split[split]) {
			rv_str_printf(&card, "  - split: %s\n    path: \"%s/**\"\n", names[split],
			              rv_split_names[split]);
		}
	}
	rv_str_puts(&card, "---\n\n");
	put_body(target->info, format, &card);
	const int status = sink_dataset_write(target->dataset, format_layout(format, "card"), card.ptr, card.len, err);
	rv_str_release(&card);
	return status;
}

int sink_hf_card_merge(const struct sink_target *target, const struct sink_merged *merged, struct rv_err *err)
{
	const uint64_t *const counts = sink_merged_counts(merged, "rows");
	bool has_split[RV_SPLITS];
	uint64_t n_lines = 0;
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		has_split[split] = counts[split] > 0;
		n_lines += counts[split];
	}
	return sink_hf_card(target, merged->format, has_split, merged->n_rows > 0 ? merged->n_rows : n_lines, err);
}
