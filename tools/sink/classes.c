/* SPDX-License-Identifier: MIT */
/* The writers of all formats. */
#include <string.h>

#include "sink/sink.h"

#define FORMAT(name) extern const struct sink_class sink_##name;
#include "format/list.def"
#undef FORMAT

#define FORMAT(name) &sink_##name,
const struct sink_class *const sink_classes[FORMAT_IDS] = {
#include "format/list.def"
};
#undef FORMAT

const uint64_t *sink_merged_counts(const struct sink_merged *merged, const char *row)
{
	size_t i = 0;
	while (strcmp(merged->format->paths[i].name, row) != 0) {
		i++;
	}
	return merged->counts[i];
}
