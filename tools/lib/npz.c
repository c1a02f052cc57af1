/* SPDX-License-Identifier: MIT */
/* Files of several arrays: zip archives. */
#include "npz.h"

#include <libdeflate.h>
#include <string.h>

#define LOCAL 0x04034b50   /* before each file */
#define CENTRAL 0x02014b50 /* of each file, after all of them */
#define END 0x06054b50
#define LOCAL_LEN 30
#define CENTRAL_LEN 46
#define END_LEN 22
#define VERSION 20
#define MADE_BY (3 << 8 | VERSION) /* Unix */
#define DATE 0x21                  /* 1980-01-01, where time begins */
#define MEMBERS_MAX 1024
#define ENDING ".npy"

/* ---- writing ---- */

static void put(struct rv_str *out, uint32_t value, size_t n_bytes)
{
	for (size_t i = 0; i < n_bytes; i++) {
		rv_str_putc(out, (char)(value >> 8 * i & 255));
	}
}

/* What the headers in both places have of a file. */
static void put_common(struct rv_str *out, uint32_t sum, size_t len, size_t name_len)
{
	put(out, VERSION, 2);
	put(out, 0, 2); /* flags */
	put(out, 0, 2); /* not compressed */
	put(out, 0, 2); /* midnight */
	put(out, DATE, 2);
	put(out, sum, 4);
	put(out, (uint32_t)len, 4);
	put(out, (uint32_t)len, 4);
	put(out, (uint32_t)name_len, 2);
	put(out, 0, 2); /* more */
}

static void put_name(struct rv_str *out, const char *name)
{
	rv_str_puts(out, name);
	rv_str_puts(out, ENDING);
}

int rv_npz_put(const struct rv_npz *npz, struct rv_str *out, struct rv_err *err)
{
	struct rv_str central = RV_STR_INIT, local = RV_STR_INIT;
	const size_t start = out->len;
	for (size_t i = 0; i < npz->len; i++) {
		const struct rv_npz_member *const member = &npz->members[i];
		const size_t name_len = strlen(member->name) + strlen(ENDING), at = out->len - start;
		rv_str_append(out, (const char[LOCAL_LEN]) { 0 }, LOCAL_LEN); /* its place: the sum comes first */
		put_name(out, member->name);
		const size_t first = out->len;
		rv_npy_put_array(&member->array, out);
		const size_t len = out->len - first;
		const uint32_t sum = libdeflate_crc32(0, out->ptr + first, len);
		rv_str_clear(&local);
		put(&local, LOCAL, 4);
		put_common(&local, sum, len, name_len);
		memcpy(out->ptr + start + at, local.ptr, LOCAL_LEN);
		put(&central, CENTRAL, 4);
		put(&central, MADE_BY, 2);
		put_common(&central, sum, len, name_len);
		put(&central, 0, 2); /* remark */
		put(&central, 0, 2); /* disk */
		put(&central, 0, 2); /* what it is */
		put(&central, 0, 4); /* rights */
		put(&central, (uint32_t)at, 4);
		put_name(&central, member->name);
	}
	const size_t at = out->len - start;
	rv_str_append(out, central.ptr, central.len);
	put(out, END, 4);
	put(out, 0, 4); /* disks */
	put(out, (uint32_t)npz->len, 2);
	put(out, (uint32_t)npz->len, 2);
	put(out, (uint32_t)central.len, 4);
	put(out, (uint32_t)at, 4);
	put(out, 0, 2); /* remark */
	rv_str_release(&central);
	rv_str_release(&local);
	return out->len - start < UINT32_MAX ? 0 : rv_fail(err, RV_E_LIMIT, "the arrays have 4 GiB or more");
}

/* ---- reading ---- */

struct zip {
	const unsigned char *bytes;
	size_t len;
};

/* A number of n bytes; the caller knows that they are there. */
static uint32_t get(const unsigned char *at, size_t n_bytes)
{
	uint32_t value = 0;
	for (size_t i = 0; i < n_bytes; i++) {
		value |= (uint32_t)at[i] << 8 * i;
	}
	return value;
}

/* The file that an entry of the list at the end names. */
static int read_member(const struct zip *zip, const unsigned char *entry, size_t name_len, struct rv_arena *arena,
                       struct rv_npz_member *member, struct rv_err *err)
{
	const size_t len = get(entry + 24, 4), at = get(entry + 42, 4), ending = strlen(ENDING);
	const char *const name = (const char *)entry + CENTRAL_LEN;
	if (get(entry + 8, 2) & 1 || get(entry + 10, 2) != 0 || get(entry + 20, 4) != len) {
		return rv_fail(err, RV_E_BAD_FILE, "'%.*s' is compressed or encrypted", (int)name_len, name);
	}
	if (name_len <= ending || memcmp(name + name_len - ending, ENDING, ending) != 0 || memchr(name, 0, name_len)) {
		return rv_fail(err, RV_E_BAD_FILE, "'%.*s' is no array", (int)name_len, name);
	}
	if (at > zip->len || zip->len - at < LOCAL_LEN || get(zip->bytes + at, 4) != LOCAL) {
		return rv_fail(err, RV_E_BAD_FILE, "'%.*s' is not where its entry says", (int)name_len, name);
	}
	const size_t skipped = LOCAL_LEN + get(zip->bytes + at + 26, 2) + get(zip->bytes + at + 28, 2);
	if (skipped > zip->len - at || len > zip->len - at - skipped) {
		return rv_fail(err, RV_E_BAD_FILE, "'%.*s' is cut", (int)name_len, name);
	}
	const unsigned char *const bytes = zip->bytes + at + skipped;
	if (libdeflate_crc32(0, bytes, len) != get(entry + 16, 4)) {
		return rv_fail(err, RV_E_BAD_FILE, "'%.*s' has not its checksum", (int)name_len, name);
	}
	member->name = rv_arena_strndup(arena, name, name_len - ending);
	return rv_npy_parse(bytes, len, &member->array, err) < 0 ? rv_fail_prefix(err, "'%s'", member->name) : 0;
}

int rv_npz_parse(const void *bytes, size_t len, struct rv_arena *arena, struct rv_npz *npz, struct rv_err *err)
{
	const struct zip zip = { .bytes = bytes, .len = len };
	const unsigned char *const end = zip.bytes + (len < END_LEN ? 0 : len - END_LEN);
	*npz = (struct rv_npz) { .len = 0 };
	if (len < END_LEN || get(end, 4) != END) {
		return rv_fail(err, RV_E_BAD_FILE, "it is no zip archive, or cut");
	}
	const size_t n = get(end + 10, 2);
	size_t at = get(end + 16, 4);
	if (n > MEMBERS_MAX || at > len - END_LEN) {
		return rv_fail(err, RV_E_BAD_FILE, "its list of files is not there, or longer than %d", MEMBERS_MAX);
	}
	struct rv_npz_member *const members = rv_arena_alloc(arena, n + 1, sizeof(*members));
	for (size_t i = 0; i < n; i++) {
		const unsigned char *const entry = zip.bytes + at;
		const size_t left = len - END_LEN - at;
		if (left < CENTRAL_LEN || get(entry, 4) != CENTRAL || get(entry + 28, 2) > left - CENTRAL_LEN) {
			return rv_fail(err, RV_E_BAD_FILE, "its list of files is cut");
		}
		const size_t name_len = get(entry + 28, 2);
		if (read_member(&zip, entry, name_len, arena, &members[i], err) < 0) {
			return -1;
		}
		at += RV_MIN(left, CENTRAL_LEN + name_len + get(entry + 30, 2) + get(entry + 32, 2));
	}
	*npz = (struct rv_npz) { .members = members, .len = n };
	return 0;
}

const struct rv_array *rv_npz_find(const struct rv_npz *npz, const char *name)
{
	for (size_t i = 0; i < npz->len; i++) {
		if (strcmp(npz->members[i].name, name) == 0) {
			return &npz->members[i].array;
		}
	}
	return NULL;
}
