/* SPDX-License-Identifier: MIT */
/* One shard of a webdataset: see shard.h. */
#include "verify/shard.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"
#include "json.h"
#include "record.h"
#include "tar.h"
#include "verify/decode.h"
#include "verify/labels.h"
#include "vocabulary.h"
#include "zst.h"

struct shard {
	const char *subject;
	const struct verify_manifest *manifest;
	const struct verify_transforms *transforms;
	uint64_t min_area_px;
	struct verify_problems *problems;
	struct rv_str *keys;
	struct rv_tar_reader *reader;
	/* The member that is being read. */
	struct rv_str name, bytes;
	uint64_t size;
	bool in_member;
	/* The sample that it belongs to. */
	struct rv_str key;
	struct rv_json record;
	struct rv_str fields; /* "\njson\npng\nindex.png\n" */
	size_t n_fields;
	struct rv_image index;
	struct verify_decoded decoded;
};

/* Whether the sample has a member of that field. */
static bool has_field(const struct shard *s, const char *field)
{
	struct rv_str needle = RV_STR_INIT;
	rv_str_printf(&needle, "\n%s\n", field);
	bool has = strstr(s->fields.ptr, needle.ptr);
	rv_str_release(&needle);
	return has;
}

/* The field under which file `i` of a role goes (i < 0: the role has one file). */
static void name_field(const char *role, const char *path, int64_t i, struct rv_str *field)
{
	const char *dot = strrchr(rv_path_base(path), '.');
	rv_str_clear(field);
	if (i >= 0 || strcmp(role, "image") != 0) {
		rv_str_printf(field, "%s.", role);
	}
	if (i >= 0) {
		rv_str_printf(field, "%06" PRId64 ".", i);
	}
	rv_str_puts(field, dot ? dot + 1 : "");
	for (size_t k = 0; k < field->len; k++) {
		field->ptr[k] = (char)tolower((unsigned char)field->ptr[k]);
	}
}

/* The members are those of `files`, no more and no less; passes do not go into a dataset. */
static void check_fields(struct shard *s)
{
	struct rv_json files = rv_json_get(s->record, "files");
	struct rv_str field = RV_STR_INIT;
	size_t n_expected = 1;
	for (int i = rv_json_iter(files); rv_json_iter_ok(files, i); i = rv_json_next(files, i)) {
		const char *role = rv_json_iter_key(files, i);
		struct rv_json value = rv_json_iter_value(files, i);
		bool is_array = rv_json_type(value) == RV_JSON_ARRAY;
		size_t n = is_array ? rv_json_len(value) : 1;
		if (strcmp(role, "passes") == 0) {
			continue;
		}
		for (size_t k = 0; k < n; k++) {
			const char *path = rv_json_string(is_array ? rv_json_at(value, k) : value, NULL);
			name_field(role, path ? path : "", is_array ? (int64_t)k : -1, &field);
			n_expected++;
			if (!has_field(s, field.ptr)) {
				verify_problems_add(s->problems, RV_E_MISSING_FILE, s->subject,
				                    "sample '%s' has no member '%s.%s'", s->key.ptr, s->key.ptr,
				                    field.ptr);
			}
		}
	}
	if (n_expected < s->n_fields) {
		verify_problems_add(s->problems, RV_E_BAD_FILE, s->subject,
		                    "sample '%s' has %zu members, but its record names %zu", s->key.ptr, s->n_fields,
		                    n_expected);
	}
	rv_str_release(&field);
}

static void end_sample(struct shard *s)
{
	if (s->key.len == 0) {
		return;
	}
	rv_str_append(s->keys, s->key.ptr, s->key.len);
	rv_str_putc(s->keys, '\n');
	if (rv_json_type(s->record) != RV_JSON_OBJECT) {
		verify_problems_add(s->problems, RV_E_MISSING_FILE, s->subject, "sample '%s' has no record '%s.json'",
		                    s->key.ptr, s->key.ptr);
	} else {
		check_fields(s);
		verify_transforms_compare(s->transforms, s->record, s->key.ptr, s->subject, s->problems);
	}
	if (s->index.width > 0) {
		struct rv_str subject = RV_STR_INIT;
		rv_str_printf(&subject, "%s/%s", s->subject, s->key.ptr);
		verify_labels_check(&s->index, rv_json_get(s->record, "objects"), rv_json_get(s->record, "annotations"),
		                    s->min_area_px, subject.ptr, s->problems);
		rv_str_release(&subject);
	}
	rv_json_release(&s->record);
	rv_image_release(&s->index);
	s->index.width = 0;
	rv_str_clear(&s->key);
	rv_str_clear(&s->fields);
	s->n_fields = 0;
}

static void take_record(struct shard *s)
{
	struct rv_err err = RV_ERR_INIT;
	if (rv_json_parse(s->bytes.ptr, s->bytes.len, &s->record, &err) < 0) {
		verify_problems_add(s->problems, err.code, s->subject, "%s: %s", s->name.ptr, err.text);
		return;
	}
	const char *id = rv_json_string(rv_json_get(s->record, "id"), NULL);
	if (!id || strcmp(id, s->key.ptr) != 0) {
		verify_problems_add(s->problems, RV_E_BAD_RECORD, s->subject, "%s: it is the record of '%s'",
		                    s->name.ptr, id ? id : "");
	}
	for (size_t i = 0; i < rv_member_row_count; i++) {
		const struct rv_member_row *const row = &rv_member_rows[i];
		if (row->place == RV_PLACE_STREAM && rv_json_type(rv_json_get(s->record, row->name)) != RV_JSON_NONE) {
			verify_problems_add(s->problems, RV_E_BAD_RECORD, s->subject,
			                    "%s: '%s' belongs to the stream, not to a file", s->name.ptr, row->name);
		}
	}
}

/* The same picture in two formats is the same file. */
static void compare_with_coco(struct shard *s)
{
	char hex[RV_HASH_HEX_LEN + 1];
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "coco/images/%s.png", s->key.ptr);
	const struct verify_manifest_file *file = verify_manifest_find(s->manifest, path.ptr);
	if (file) {
		rv_hash_bytes(s->bytes.ptr, s->bytes.len, hex);
		if (strcmp(hex, file->sha256) != 0) {
			verify_problems_add(s->problems, RV_E_DIGEST, s->subject, "%s: it is not the file '%s'",
			                    s->name.ptr, path.ptr);
		}
	}
	rv_str_release(&path);
}

static void end_member(struct shard *s)
{
	struct rv_err err = RV_ERR_INIT;
	const char *field = s->name.ptr + s->key.len + 1;
	s->in_member = false;
	if (verify_decode_bytes(s->name.ptr, s->bytes.ptr, s->bytes.len, &s->decoded, &err) < 0) {
		verify_problems_add(s->problems, err.code, s->subject, "%s: %s", s->name.ptr, err.text);
		return;
	}
	if (strcmp(field, "json") == 0) {
		take_record(s);
	} else if (strcmp(field, "png") == 0) {
		compare_with_coco(s);
	} else if (strcmp(field, "index.png") == 0) {
		if (s->decoded.image.channels != 1 || s->decoded.image.pixel != RV_PIXEL_U16) {
			verify_problems_add(s->problems, RV_E_BAD_FILE, s->subject,
			                    "%s: an index map is grey with 16 bits", s->name.ptr);
			return;
		}
		s->index = s->decoded.image; /* kept until the sample ends */
		s->decoded.image = (struct rv_image)RV_IMAGE_INIT;
	}
}

/* An rv_tar_member_fn. */
static int start_member(void *shard, const char *name, uint64_t size, struct rv_err *err)
{
	struct shard *s = shard;
	const char *dot = strchr(name, '.');
	size_t key_len = dot ? (size_t)(dot - name) : 0;
	if (!rv_id_is_valid(name, key_len)) {
		return rv_fail(err, RV_E_BAD_FILE, "member '%s' does not begin with a sample's id and a dot", name);
	}
	if (size > VERIFY_SHARD_MEMBER_BYTES_MAX) {
		return rv_fail(err, RV_E_LIMIT, "member '%s' has %" PRIu64 " bytes, the limit is %" PRIu64, name, size,
		               VERIFY_SHARD_MEMBER_BYTES_MAX);
	}
	if (s->key.len != key_len || memcmp(s->key.ptr, name, key_len) != 0) {
		end_sample(s);
		rv_str_append(&s->key, name, key_len);
		rv_str_putc(&s->fields, '\n');
	}
	if (has_field(s, dot + 1)) {
		verify_problems_add(s->problems, RV_E_BAD_FILE, s->subject, "member '%s' comes twice", name);
	}
	rv_str_printf(&s->fields, "%s\n", dot + 1);
	s->n_fields++;
	rv_str_clear(&s->name);
	rv_str_puts(&s->name, name);
	rv_str_clear(&s->bytes);
	s->size = size;
	s->in_member = true;
	if (size == 0) {
		end_member(s);
	}
	return 0;
}

/* An rv_tar_data_fn. */
static int take_data(void *shard, const void *bytes, size_t len, struct rv_err *err)
{
	struct shard *s = shard;
	(void)err;
	rv_str_append(&s->bytes, bytes, len);
	if (s->in_member && s->bytes.len == s->size) {
		end_member(s);
	}
	return 0;
}

/* An rv_write_fn. */
static int feed(void *shard, const void *bytes, size_t len, struct rv_err *err)
{
	return rv_tar_reader_add(((struct shard *)shard)->reader, bytes, len, err);
}

static int read_all(const char *path, bool is_zst, struct shard *s, struct rv_err *err)
{
	struct rv_source source = RV_SOURCE_INIT;
	if (rv_source_open(&source, path, err) < 0) {
		return -1;
	}
	const int result = is_zst ? rv_zst_read_from(&source, feed, s, err) : rv_source_copy(&source, feed, s, err);
	rv_source_close(&source);
	return result;
}

static bool ends_in(const char *path, const char *ending)
{
	size_t len = strlen(path), ending_len = strlen(ending);
	return len > ending_len && strcmp(path + len - ending_len, ending) == 0;
}

bool verify_shard_is(const char *path)
{
	return ends_in(path, ".tar") || ends_in(path, ".tar.zst");
}

void verify_shard_check(const char *path, const char *subject, const struct verify_manifest *manifest,
                        const struct verify_transforms *transforms, uint64_t min_area_px, struct rv_str *keys,
                        struct verify_problems *problems)
{
	struct shard s = { .subject = subject,
		           .manifest = manifest,
		           .transforms = transforms,
		           .min_area_px = min_area_px,
		           .problems = problems,
		           .keys = keys,
		           .name = RV_STR_INIT,
		           .bytes = RV_STR_INIT,
		           .key = RV_STR_INIT,
		           .fields = RV_STR_INIT };
	struct rv_err err = RV_ERR_INIT, end_err = RV_ERR_INIT;
	s.reader = rv_tar_reader_new(start_member, take_data, &s);
	int result = read_all(path, ends_in(path, ".zst"), &s, &err);
	if (rv_tar_reader_end(s.reader, &end_err) < 0 && result == 0) {
		result = -1;
		err = end_err;
	}
	if (result < 0) {
		verify_problems_add_err(problems, subject, &err);
	}
	end_sample(&s);
	verify_decoded_release(&s.decoded);
	rv_str_release(&s.name);
	rv_str_release(&s.bytes);
	rv_str_release(&s.key);
	rv_str_release(&s.fields);
}
