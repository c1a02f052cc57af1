/* SPDX-License-Identifier: MIT */
/* What rv-mask takes out of a record, given back. */
#include "mask/recall.h"

#include "mask/request.h"
#include "vocabulary.h"

/* The text of a member of a member: "files", "passes". */
static bool get_in(const struct rv_record *from, const char *key, const char *inner, struct rv_record *scratch,
                   struct rv_span *value)
{
	struct rv_span span;
	return rv_record_get(from, key, &span) && rv_record_parse(scratch, span.ptr, span.len, NULL) == 0 &&
	       rv_record_get(scratch, inner, value);
}

/* From what rv-blend added to what lacks it. */
static void recall(const struct rv_record *from, struct rv_record *to)
{
	static const char *const members[] = { "channels", "label_channels" };
	struct rv_record scratch = RV_RECORD_INIT;
	struct rv_span value;
	for (size_t i = 0; i < RV_COUNTOF(members); i++) {
		if (rv_record_get(from, members[i], &value)) {
			rv_record_set(to, members[i], value.ptr, value.len);
		}
	}
	for (size_t i = 0; i < RV_HAND_OVERS; i++) {
		const char *const role = rv_roles[rv_hand_overs[i]].name;
		if (get_in(from, "files", role, &scratch, &value)) {
			rv_record_set_in(to, "files", role, value.ptr, value.len);
		}
	}
	rv_record_release(&scratch);
}

/* View by view: they have one order. */
static void recall_views(const struct rv_record *from, struct rv_record *to)
{
	struct rv_record view = RV_RECORD_INIT, rendered = RV_RECORD_INIT;
	struct rv_str out = RV_STR_INIT;
	struct rv_span views, added, element, origin;
	size_t at = 0, from_at = 0;
	bool fits = rv_record_get(to, "views", &views) && rv_record_get(from, "views", &added);
	while (fits && rv_scan_next_element(views.ptr, views.len, &at, &element)) {
		fits = rv_scan_next_element(added.ptr, added.len, &from_at, &origin) &&
		       rv_record_parse(&view, element.ptr, element.len, NULL) == 0 &&
		       rv_record_parse(&rendered, origin.ptr, origin.len, NULL) == 0;
		recall(&rendered, &view);
		rv_str_putc(&out, out.len > 0 ? ',' : '[');
		rv_str_append(&out, view.text.ptr, view.text.len);
	}
	if (fits && out.len > 0) {
		rv_str_putc(&out, ']');
		rv_record_set(to, "views", out.ptr, out.len);
	}
	rv_str_release(&out);
	rv_record_release(&view);
	rv_record_release(&rendered);
}

void mask_recall(struct rv_record *record)
{
	struct rv_record marker = RV_RECORD_INIT, add = RV_RECORD_INIT;
	struct rv_str dir = RV_STR_INIT;
	struct rv_span span;
	if (!rv_record_get(record, "channels", &span) && rv_record_get(record, "files", &span) &&
	    rv_record_string(record, "dir", &dir, NULL) == 0 &&
	    mask_read_marker(dir.ptr, RV_BLEND_MARKER, &marker, NULL) > 0 && rv_record_get(&marker, "add", &span) &&
	    rv_record_parse(&add, span.ptr, span.len, NULL) == 0) {
		recall(&add, record);
		recall_views(&add, record);
	}
	rv_str_release(&dir);
	rv_record_release(&marker);
	rv_record_release(&add);
}
