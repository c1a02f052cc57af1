/* SPDX-License-Identifier: MIT */
/* Records as datasets hold them. */
#include "record.h"
#include "vocabulary.h"

static void drop_passes(struct rv_record *holder)
{
	struct rv_record files = RV_RECORD_INIT;
	struct rv_span value;
	if (rv_record_get(holder, "files", &value) && rv_record_parse(&files, value.ptr, value.len, NULL) == 0) {
		for (size_t i = 0; i < RV_HAND_OVERS; i++) {
			rv_record_unset(&files, rv_roles[rv_hand_overs[i]].name);
		}
		rv_record_set(holder, "files", files.text.ptr, files.text.len);
	}
	rv_record_release(&files);
}

static void drop_passes_of_views(struct rv_record *record)
{
	struct rv_record view = RV_RECORD_INIT;
	struct rv_str views = RV_STR_INIT;
	struct rv_span list, element;
	size_t at = 0;
	if (!rv_record_get(record, "views", &list) || list.ptr[0] != '[') {
		return;
	}
	while (rv_scan_next_element(list.ptr, list.len, &at, &element)) {
		rv_str_putc(&views, views.len > 0 ? ',' : '[');
		if (rv_record_parse(&view, element.ptr, element.len, NULL) == 0) {
			drop_passes(&view);
			element = (struct rv_span) { view.text.ptr, view.text.len };
		}
		rv_str_append(&views, element.ptr, element.len);
	}
	rv_str_puts(&views, views.len > 0 ? "]" : "[]");
	rv_record_set(record, "views", views.ptr, views.len);
	rv_str_release(&views);
	rv_record_release(&view);
}

void rv_record_packed(const struct rv_record *record, struct rv_str *text)
{
	struct rv_record packed = RV_RECORD_INIT;
	rv_record_copy(&packed, record);
	for (size_t i = 0; i < rv_member_row_count; i++) {
		if (rv_member_rows[i].place == RV_PLACE_PASSES) {
			rv_record_unset(&packed, rv_member_rows[i].name);
		}
	}
	drop_passes(&packed);
	drop_passes_of_views(&packed);
	rv_record_stored(&packed, text);
	rv_record_release(&packed);
}
