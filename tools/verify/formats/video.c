/* SPDX-License-Identifier: MIT */
/* Videos: every frame decodes, and there are as many as pictures. All stills are frames of one video, each sequence is
 * a video. */
#include "verify/format.h"

static int take_video(void *state, struct verify_item *item, struct rv_err *err)
{
	const struct verify_context *const context = state;
	const struct verify_key key = verify_item_key(item);
	if (!verify_item_is(item, "stills") && !verify_item_is(item, "sequence")) {
		return 0;
	}
	if (item->n_frames == 0) { /* it did not decode */
		verify_census_unread(context->census, FORMAT_ID_video);
		return 0;
	}
	if (verify_item_is(item, "stills")) {
		verify_census_stills(context->census, FORMAT_ID_video, item->n_frames);
		return 0;
	}
	return verify_census_sequence(context->census, FORMAT_ID_video, &key, item->n_frames, err);
}

const struct verify_class verify_video = {
	.format = &format_video,
	.tells = VERIFY_TELLS_NUMBERS,
	.take = take_video,
};
