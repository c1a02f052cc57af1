/* SPDX-License-Identifier: MIT */
/*
 * A sample's directory as rv-mask leaves it, so that it may be killed at any instant. The order of things:
 *
 *	what an unfinished or a different run left is removed, the old marker first
 *	each label file appears by rename
 *	_meta.json
 *	.rv-mask.json, the marker: from here on the sample is done
 *	passes.exr (of a sequence: passes/) is removed, unless it is to be kept
 *
 * The marker is {"version":1,"key":…,"files":[[path,bytes],…],"settings":{…},"add":{…}}. The annotations
 * of a sequence are an array per frame.
 */
#ifndef RV_MASK_SAMPLE_H
#define RV_MASK_SAMPLE_H

#include "mask/pixels/labels.h"
#include "mask/request.h"


/* Reads DIR/NAME into *marker. 1: it is there. 0: it is not. -1: it cannot be read, or is no object. */
int mask_read_marker(const char *dir, const char *name, struct rv_record *marker, struct rv_err *err) RV_MUST_USE;

/* What this run adds to a sample. */
struct mask_added {
	struct rv_str files;       /* JSON object: role to path or paths */
	struct rv_str annotations; /* JSON array; of a sequence, one of these per frame */
	struct rv_str sizes;       /* JSON array of [path, bytes], for the marker */
};
#define MASK_ADDED_INIT \
	{ \
		.files = RV_STR_INIT, .annotations = RV_STR_INIT, .sizes = RV_STR_INIT \
	}
void mask_added_release(struct mask_added *added);

/* True when the sample is done: *added is then what the run that did it added. */
bool mask_is_done(const struct mask_request *request, struct mask_added *added);
/* The first frame whose passes are not there, or NULL. */
const struct mask_frame *mask_missing_passes(const struct mask_request *request);
/* Passes that are needed but gone: makes rv-blend render the sample anew the next time, and fails with
 * RV_E_PASSES_GONE. Fails in every case. */
int mask_passes_gone(const struct mask_request *request, struct rv_err *err);
/* Makes the directory ready for new labels. */
int mask_clear(const struct mask_request *request, struct rv_err *err) RV_MUST_USE;
/* Puts what was added into the record. */
int mask_apply(const struct mask_request *request, const struct mask_added *added, struct rv_record *record,
               struct rv_err *err) RV_MUST_USE;
/* Writes _meta.json from the finished record, and the marker when `is_new`, then removes the passes. */
int mask_commit(const struct mask_request *request, const struct mask_added *added, const struct rv_record *record,
                bool is_new, struct rv_err *err) RV_MUST_USE;

#endif
