/* SPDX-License-Identifier: MIT */
/* Fuzzes the reader of archives: it takes them in any portions alike, and what it takes is written back the same. */
#include "fuzz.h"

#include <string.h>

#include "str.h"
#include "tar.h"

struct seen {
	struct rv_str bytes; /* of the archive written again */
	struct rv_str name;
	struct rv_str data;
	size_t members;
};

static int append(void *to, const void *bytes, size_t len, struct rv_err *err)
{
	(void)err;
	rv_str_append(to, bytes, len);
	return 0;
}

static void close_member(struct seen *seen)
{
	struct rv_err err = RV_ERR_INIT;
	if (seen->members > 0) {
		const struct rv_str *data = &seen->data;
		FUZZ_CHECK(rv_tar_member(append, &seen->bytes, seen->name.ptr, data->ptr, data->len, &err) == 0);
	}
}

static int on_member(void *context, const char *name, uint64_t size, struct rv_err *err)
{
	struct seen *seen = context;
	(void)err;
	(void)size;
	close_member(seen);
	seen->members++;
	rv_str_clear(&seen->name);
	rv_str_puts(&seen->name, name);
	rv_str_clear(&seen->data);
	return 0;
}

static int on_data(void *context, const void *bytes, size_t len, struct rv_err *err)
{
	struct seen *seen = context;
	(void)err;
	FUZZ_CHECK(len > 0);
	rv_str_append(&seen->data, bytes, len);
	return 0;
}

static int read_archive(struct seen *seen, const uint8_t *data, size_t len, size_t portion)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_tar_reader *reader = rv_tar_reader_new(on_member, on_data, seen);
	int result = 0;
	for (size_t at = 0; at < len && result == 0; at += portion) {
		result = rv_tar_reader_add(reader, data + at, RV_MIN(portion, len - at), &err);
	}
	if (rv_tar_reader_end(reader, &err) < 0) {
		result = -1;
	}
	if (result == 0) {
		close_member(seen);
		FUZZ_CHECK(rv_tar_end(append, &seen->bytes, &err) == 0);
	} else {
		FUZZ_CHECK(err.text[0] != '\0');
	}
	return result;
}

static void release(struct seen *seen)
{
	rv_str_release(&seen->bytes);
	rv_str_release(&seen->name);
	rv_str_release(&seen->data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct seen whole = { RV_STR_INIT, RV_STR_INIT, RV_STR_INIT, 0 };
	struct seen parts = { RV_STR_INIT, RV_STR_INIT, RV_STR_INIT, 0 };
	const int result = read_archive(&whole, data, len, len > 0 ? len : 1);
	FUZZ_CHECK(read_archive(&parts, data, len, 7) == result);
	if (result == 0) {
		FUZZ_CHECK(whole.members == parts.members && whole.bytes.len == parts.bytes.len);
		FUZZ_CHECK(memcmp(whole.bytes.ptr, parts.bytes.ptr, whole.bytes.len) == 0);
	}
	release(&whole);
	release(&parts);
	return 0;
}
