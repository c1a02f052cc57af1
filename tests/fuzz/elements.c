/* SPDX-License-Identifier: MIT */
/* Fuzzes the reader of long JSON documents against the scanner, with the end of a portion anywhere in the input. */
#include "fuzz.h"

#include <string.h>

#include "elements.h"

#define PORTION_BYTES ((size_t)64 << 10)

static const char *const lists[] = { "a", "images", NULL };

static int take(void *text, size_t list, uint64_t position, struct rv_span element, struct rv_err *err RV_UNUSED)
{
	rv_str_printf(text, "%s %zu ", lists[list], (size_t)position);
	rv_scan_compact(element.ptr, element.len, text);
	rv_str_putc(text, '\n');
	return 0;
}

/* The same by the scanner. */
static void scan_lists(const struct rv_str *document, const struct rv_members *members, struct rv_str *text)
{
	for (size_t i = 0; i < members->len; i++) {
		const struct rv_member *const member = &members->items[i];
		const char *const value = document->ptr + member->value_at;
		struct rv_str key = RV_STR_INIT;
		struct rv_span element;
		rv_scan_string((struct rv_span) { document->ptr + member->key_at - 1, member->key_len + 2 }, &key);
		for (size_t k = 0; lists[k]; k++) {
			size_t at = 0, position = 0;
			while (key.len == strlen(lists[k]) && memcmp(key.ptr, lists[k], key.len) == 0 &&
			       *value == '[' && rv_scan_next_element(value, member->value_len, &at, &element)) {
				take(text, k, position++, element, NULL);
			}
		}
		rv_str_release(&key);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct rv_str document = RV_STR_INIT, ours = RV_STR_INIT, scanned = RV_STR_INIT, rest = RV_STR_INIT;
	struct rv_members members = RV_MEMBERS_INIT;
	struct rv_err err = RV_ERR_INIT, scan_err = RV_ERR_INIT;
	struct rv_source source = RV_SOURCE_INIT;
	if (len == 0) {
		return 0;
	}
	/* Blanks before it, so that the portion ends after as many of its bytes as the first one says. */
	rv_str_reserve(&document, PORTION_BYTES);
	memset(document.ptr, ' ', PORTION_BYTES - data[0]);
	document.len = PORTION_BYTES - data[0];
	rv_str_append(&document, data + 1, len - 1);
	rv_source_open_memory(&source, "document", document.ptr, document.len);
	const int status = rv_elements_read(&source, lists, take, &ours, &rest, &err);
	const int scan_status = rv_scan_object(document.ptr, document.len, &members, &scan_err);
	/* An element may be as deep as a whole document. */
	FUZZ_CHECK(status == scan_status || (status == 0 && scan_err.code == RV_E_LIMIT));
	FUZZ_CHECK(status == 0 || err.text[0] != '\0');
	if (scan_status == 0) {
		scan_lists(&document, &members, &scanned);
		FUZZ_CHECK(ours.len == scanned.len && memcmp(ours.ptr, scanned.ptr, ours.len) == 0);
	}
	rv_source_close(&source);
	rv_members_release(&members);
	rv_str_release(&document);
	rv_str_release(&ours);
	rv_str_release(&scanned);
	rv_str_release(&rest);
	return 0;
}
