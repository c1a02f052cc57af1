/* SPDX-License-Identifier: MIT */
/* What checks the formats: see format.h. */
#include "verify/format.h"

#include <string.h>

#define FORMAT(name) extern const struct verify_class verify_##name;
#include "format/list.def"
#undef FORMAT

#define FORMAT(name) &verify_##name,
const struct verify_class *const verify_classes[FORMAT_IDS] = {
#include "format/list.def"
};
#undef FORMAT

void verify_item_decode(struct verify_item *item)
{
	struct verify_decoded decoded = VERIFY_DECODED_INIT;
	struct rv_err err = RV_ERR_INIT;
	if (verify_decode(item->source, item->path, false, &decoded, &err) < 0) {
		verify_problems_add_undecoded(item->problems, item->path, &err);
	} else {
		item->width = decoded.width;
		item->height = decoded.height;
		item->n_frames = decoded.n_frames;
	}
	verify_decoded_release(&decoded);
}

bool verify_item_load(const struct verify_item *item, size_t most, struct rv_str *text)
{
	struct rv_err err = RV_ERR_INIT;
	if (rv_source_load(item->source, most, text, &err) == 0) {
		return true;
	}
	verify_problems_add_err(item->problems, VERIFY_FILE_UNREAD, item->path, &err);
	return false;
}

bool verify_item_is(const struct verify_item *item, const char *name)
{
	return strcmp(item->row->name, name) == 0;
}

struct verify_key verify_item_key(const struct verify_item *item)
{
	return (struct verify_key) { .id = item->place.id, .view = item->place.view, .frame = item->place.frame };
}

int verify_item_tell_image(const struct verify_item *item, const struct verify_context *context, enum format_id format,
                           struct rv_err *err)
{
	const struct verify_key key = verify_item_key(item);
	if (!context->census) {
		return 0;
	}
	if (verify_census_picture(context->census, format, &key, err) < 0) {
		return -1;
	}
	return context->compares_pictures && !context->encodes[format]
	               ? verify_census_fact(context->census, format, &key, VERIFY_FACT_IMAGE, item->sha256, err)
	               : 0;
}
