/* SPDX-License-Identifier: MIT */
/*
 * The marker of a finished sample, OUT/ID/.rv-blend.json, which says from what it was made:
 *
 *	{"version":2,"key":"…","scene":"scene.py","deps":[["scene.py","…"],…],"files":[["Image.png",1234,"…"],…],
 *	 "settings":{…},"add":{…},"made_by":{"build":"…","cpu":"…"}}
 *
 * `key` is a digest of everything that decides the sample but the files it reads (those are in `deps`, with their
 * digests); `scene` names the scene, from its root on; `files` is what was committed, with sizes and SHA-256;
 * `settings` is what rv-blend was asked for, so that the sample can be made again; `add` holds the members that the
 * record got; `made_by` names the Blender and the kind of processor, which the last bits depend on, for `rv replay`.
 */
#ifndef RV_BLEND_SAMPLE_MARKER_H
#define RV_BLEND_SAMPLE_MARKER_H

#include "json.h"
#include "sample.h"

struct blend_marker {
	struct rv_record record;
	struct rv_json json; /* the same */
};
#define BLEND_MARKER_INIT \
	{ \
		.record = RV_RECORD_INIT, .json = RV_JSON_INIT \
	}

/* The one in a sample's directory; false when there is none that can be read. Release it in every case. */
bool blend_marker_read(struct blend_marker *marker, const char *dir);
void blend_marker_release(struct blend_marker *marker);

/* Whether the sample is finished: made from the same things, and all its files are as they were. Passes may be gone
 * once rv-mask has made its labels, and unless it asks for them. */
bool blend_marker_fits(const struct blend_marker *marker, const struct blend_sample_run *run, const char *dir,
                       const char *key);
/* What the sample was made of, against what this run would make it of; *other is the other scene. */
enum blend_difference blend_marker_differs(const struct blend_marker *marker, const struct blend_sample_run *run,
                                           const char *scene, struct rv_str *other);

/* Writes the marker of the files below `dir`, which nobody sees yet; _meta.json is none of them. */
int blend_marker_write(const struct blend_sample_run *run, const char *key, const char *scene, const char *dir,
                       const struct rv_record *reply, struct rv_span add, struct rv_err *err) RV_MUST_USE;
/* Puts the entry of a file below `dir_fd` into a list of files: [name, bytes, SHA-256]. */
int blend_marker_put_file(int dir_fd, const char *name, struct rv_json_out *out, struct rv_err *err) RV_MUST_USE;

#endif
