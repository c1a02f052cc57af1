/* SPDX-License-Identifier: MIT */
/*
 * WebDataset: shards are numbered without a gap and whole archives; each sample has its record (KEY.json), as files
 * hold it, and exactly the files that the record names; all that is checked of a sample in its directory (inspect.h) is
 * checked of it here.
 *
 * A shard is read once from its beginning to its end. When the last member of a sample has passed, they are opened
 * where they lie: in the shard, or, when that is compressed, in a file without a name that holds the members of one
 * sample.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"
#include "format/webdataset.h"
#include "tar.h"
#include "verify/camera.h"
#include "verify/format.h"
#include "verify/groups.h"
#include "verify/inspect.h"
#include "zst.h"

#define FIRST_SAMPLES 5 /* of a shard, whose fields Hugging Face compares */

struct webdataset {
	const struct verify_context *context;
	uint64_t n_shards[RV_SPLITS + 1]; /* by split; the last are of samples without one */
	struct verify_groups *groups;     /* of a foreign tree: the shards of each key */
};

struct member {
	const char *field; /* "depth.exr" of "a.depth.exr" */
	uint64_t at, len;  /* in struct shard's `held` */
	bool is_used;      /* the record names it */
};

struct shard {
	struct verify_files files; /* first: those of the present sample */
	const struct verify_context *context;
	struct verify_groups *groups;
	struct verify_item *item;
	struct rv_tar_reader *reader;
	struct rv_source held; /* where members are: the shard, or `fd` */
	int fd;                /* of a compressed shard; -1: none */
	uint64_t fd_len;
	const char *portion;      /* what is being fed, */
	uint64_t portion_at, fed; /* its place in the shard, and that of what comes next */
	uint64_t got;             /* of the present member */
	bool is_passed;           /* readers pass it over */
	size_t n_samples;         /* of a foreign tree: so far, */
	struct rv_str fields;     /* and those of the first one */
	bool has_failed;          /* the environment */
	/* The present sample. */
	struct rv_str key, record_name;
	struct member *members; /* sorted once it is complete */
	size_t n_members, cap_members;
	struct rv_arena arena; /* for their names */
	/* Kept for the next one. */
	struct rv_record record;
	struct rv_sample sample;
	struct rv_str text, field;
};

#define BLAME(s, check, path, ...) verify_problems_add((s)->item->problems, check, path, __VA_ARGS__)

/* ---- members of a sample ----------------------------------------------------------------------------------------- */

static int by_field(const void *a, const void *b)
{
	return strcmp(((const struct member *)a)->field, ((const struct member *)b)->field);
}

static struct member *find_member(struct shard *s, const char *field)
{
	const struct member key = { .field = field };
	return s->n_members == 0 ? NULL : bsearch(&key, s->members, s->n_members, sizeof(key), by_field);
}

/* The field of paths[k] in s->field; false where no member can be called so. */
static bool name_field(struct shard *s, const struct rv_file *file, size_t k)
{
	struct rv_err err = RV_ERR_INIT;
	rv_str_clear(&s->field);
	return format_webdataset_field(file->view, file->role, file->number < 0 ? -1 : file->number + (int64_t)k,
	                               file->paths[k], &s->field, &err) == 0;
}

static int open_member(struct verify_files *files, const struct rv_file *file, size_t k, struct rv_source *source,
                       struct rv_err *err)
{
	struct shard *const s = (struct shard *)files;
	struct member *const member = name_field(s, file, k) ? find_member(s, s->field.ptr) : NULL;
	if (!member) {
		return rv_fail(err, RV_E_MISSING_FILE, "no such member");
	}
	member->is_used = true;
	rv_source_open_window(source, file->paths[k], &s->held, member->at, member->len);
	return 0;
}

static void name_member(const struct verify_files *files, const struct rv_file *file, size_t k, struct rv_str *name)
{
	/* The path is the field's only source, which is made anew each time. */
	struct shard *const s = (struct shard *)(uintptr_t)files;
	const bool has_name = name_field(s, file, k);
	rv_str_printf(name, "%s/%s.%s", s->item->path, s->key.ptr, has_name ? s->field.ptr : file->role);
}

static bool has_member(const struct verify_files *files RV_UNUSED, const struct rv_file *file)
{
	return format_webdataset_takes(file->role);
}

/* ---- a sample ---------------------------------------------------------------------------------------------------- */

/* The record's own member, which is as files hold it. */
static bool read_record(struct shard *s)
{
	const char *const path = s->record_name.ptr;
	struct member *const member = find_member(s, "json");
	struct rv_source source = RV_SOURCE_INIT;
	struct rv_str stored = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	if (!member) {
		BLAME(s, VERIFY_WEBDATASET_RECORD, path, "sample '%s' has no record", s->key.ptr);
		return false;
	}
	member->is_used = true;
	rv_source_open_window(&source, path, &s->held, member->at, member->len);
	const bool is_read = rv_source_load(&source, RV_LINE_MAX + 1, &s->text, &err) == 0 &&
	                     rv_record_parse(&s->record, s->text.ptr, s->text.len, &err) == 0 &&
	                     rv_sample_load_stored(&s->sample, &s->record, &err) == 0;
	rv_source_close(&source);
	if (!is_read) {
		BLAME(s, VERIFY_WEBDATASET_RECORD, path, "%s", err.text);
		return false;
	}
	if (strcmp(s->sample.id, s->key.ptr) != 0) {
		BLAME(s, VERIFY_WEBDATASET_RECORD, path, "it is the record of '%s'", s->sample.id);
		return false;
	}
	rv_record_stored(&s->record, &stored);
	if (stored.len != s->text.len || memcmp(stored.ptr, s->text.ptr, stored.len) != 0) {
		BLAME(s, VERIFY_WEBDATASET_STORED, path,
		      "it is not one line of compact JSON without what belongs to the stream");
	}
	rv_str_release(&stored);
	return true;
}

/* The digest of a picture's image, which other formats may have, too. */
static int tell_image(struct shard *s, const struct rv_picture *picture, const struct verify_key *key,
                      struct rv_err *err)
{
	char hex[RV_HASH_HEX_LEN + 1];
	struct rv_source source = RV_SOURCE_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	const struct rv_file *const file = rv_picture_files(picture, rv_roles[RV_ROLE_IMAGE].name);
	if (!file || file->n_paths != 1 || open_member(&s->files, file, 0, &source, &wrong) < 0) {
		return 0;
	}
	int status = 0;
	if (rv_hash_source(&source, hex, &wrong) == 0) {
		status = verify_census_fact(s->context->census, FORMAT_ID_webdataset, key, VERIFY_FACT_IMAGE, hex, err);
	}
	rv_source_close(&source);
	return status;
}

static int tell_picture(struct shard *s, const struct rv_picture *picture, struct rv_err *err)
{
	struct verify_census *const census = s->context->census;
	struct verify_camera camera;
	struct rv_str frame = RV_STR_INIT, numbers = RV_STR_INIT;
	if (picture->sample->is_sequence) {
		rv_str_printf(&frame, "%06" PRIu64, picture->frame);
	}
	const struct verify_key key = { .id = s->key.ptr,
		                        .view = picture->view ? picture->view : "",
		                        .frame = frame.ptr };
	int status = verify_census_picture(census, FORMAT_ID_webdataset, &key, err);
	if (status == 0 && s->context->compares_pictures) {
		status = tell_image(s, picture, &key, err);
		if (status == 0 && verify_camera_read(picture, &camera)) {
			verify_camera_put(&camera, &numbers);
			status = verify_census_fact(census, FORMAT_ID_webdataset, &key, VERIFY_FACT_CAMERA, numbers.ptr,
			                            err);
		}
	}
	rv_str_release(&frame);
	rv_str_release(&numbers);
	return status;
}

static int check_sample(struct shard *s, struct rv_err *err)
{
	const struct verify_rules rules = verify_rules_of(s->context, FORMAT_ID_webdataset, s->item);
	struct verify_counts counts = { .n_files = 0 };
	int status = 0;
	verify_inspect(&s->sample, &s->files, &rules, &counts, s->item->problems);
	for (size_t i = 0; i < s->sample.n_pictures && status == 0; i++) {
		status = rv_picture_is_layer(&s->sample.pictures[i]) ? 0 : tell_picture(s, &s->sample.pictures[i], err);
	}
	for (size_t i = 0; i < s->n_members; i++) {
		if (!s->members[i].is_used) {
			BLAME(s, VERIFY_WEBDATASET_MEMBER, s->record_name.ptr, "it names no member '%s.%s'", s->key.ptr,
			      s->members[i].field);
		}
	}
	return status;
}

static void sort_members(struct shard *s)
{
	size_t n = 0;
	if (s->n_members > 1) {
		qsort(s->members, s->n_members, sizeof(*s->members), by_field);
	}
	for (size_t i = 0; i < s->n_members; i++) {
		if (n > 0 && strcmp(s->members[i].field, s->members[n - 1].field) == 0) {
			BLAME(s, VERIFY_WEBDATASET_MEMBER, s->item->path, "member '%s.%s' comes twice", s->key.ptr,
			      s->members[i].field);
		} else {
			s->members[n++] = s->members[i];
		}
	}
	s->n_members = n;
}

/* A sample of a foreign tree has no record: its members are decoded one by one, and which they are goes to the end. */
static int check_foreign(struct shard *s, struct rv_err *err)
{
	struct rv_str fields = RV_STR_INIT, name = RV_STR_INIT;
	struct verify_decoded decoded = VERIFY_DECODED_INIT;
	for (size_t i = 0; i < s->n_members; i++) {
		struct rv_source source = RV_SOURCE_INIT;
		struct rv_err wrong = RV_ERR_INIT;
		const struct member *const member = &s->members[i];
		rv_str_clear(&name);
		rv_str_printf(&name, "%s/%s.%s", s->item->path, s->key.ptr, member->field);
		rv_str_printf(&fields, "%s%s", i > 0 ? " " : "", member->field);
		rv_source_open_window(&source, name.ptr, &s->held, member->at, member->len);
		if (verify_decode(&source, name.ptr, false, &decoded, &wrong) < 0) {
			verify_problems_add_undecoded(s->item->problems, name.ptr, &wrong);
		}
		verify_decoded_clear(&decoded);
		rv_source_close(&source);
	}
	if (s->n_samples++ == 0) {
		rv_str_puts(&s->fields, fields.ptr);
	} else if (s->n_samples <= FIRST_SAMPLES && strcmp(s->fields.ptr, fields.ptr) != 0) {
		BLAME(s, VERIFY_WEBDATASET_MEMBER, s->item->path,
		      "sample '%s' has the fields '%s', the first one '%s': Hugging Face refuses such a shard",
		      s->key.ptr, fields.ptr, s->fields.ptr);
	}
	const int status = verify_groups_add(s->groups, s->key.ptr, 's', s->item->path, "", err);
	verify_decoded_release(&decoded);
	rv_str_release(&fields);
	rv_str_release(&name);
	return status;
}

static int end_sample(struct shard *s, struct rv_err *err)
{
	int status = 0;
	if (s->key.len == 0) {
		return 0;
	}
	if (s->fd >= 0) {
		s->held.len = s->fd_len;
	}
	sort_members(s);
	rv_str_clear(&s->record_name);
	rv_str_printf(&s->record_name, "%s/%s.json", s->item->path, s->key.ptr);
	s->files.record = s->record_name.ptr;
	if (s->context->is_foreign) {
		status = check_foreign(s, err);
	} else if (read_record(s)) {
		status = check_sample(s, err);
	} else {
		verify_census_unread(s->context->census, FORMAT_ID_webdataset);
	}
	s->has_failed |= status < 0;
	rv_str_clear(&s->key);
	rv_arena_clear(&s->arena);
	s->n_members = 0;
	s->fd_len = 0;
	return status;
}

/* ---- the archive ------------------------------------------------------------------------------------------------- */

/* An rv_tar_member_fn. */
static int start_member(void *shard, const char *name, uint64_t size, struct rv_err *err)
{
	struct shard *const s = shard;
	const char *const dot = strchr(s->context->is_foreign ? rv_path_base(name) : name, '.');
	const size_t key_len = dot ? (size_t)(dot - name) : 0;
	const size_t len = strlen(name);
	const bool is_meta = len > 4 && strncmp(name, "__", 2) == 0 && strcmp(name + len - 2, "__") == 0;
	s->is_passed = s->context->is_foreign && (!dot || !dot[1] || is_meta);
	if (s->is_passed) {
		BLAME(s, VERIFY_DATASET_UNCLAIMED, s->item->path, "readers pass member '%s' over", name);
		return 0;
	}
	if (!s->context->is_foreign && !rv_id_is_valid(name, key_len)) {
		return rv_fail(err, RV_E_BAD_FILE, "member '%s' does not begin with a sample's id and a dot", name);
	}
	if (s->key.len != key_len || memcmp(s->key.ptr, name, key_len) != 0) {
		if (end_sample(s, err) < 0) {
			return -1;
		}
		rv_str_append(&s->key, name, key_len);
	}
	RV_GROW(s->members, s->n_members, s->cap_members);
	s->members[s->n_members++] = (struct member) { .field = rv_arena_strndup(&s->arena, dot + 1, strlen(dot + 1)),
		                                       .at = s->fd >= 0 ? s->fd_len : 0,
		                                       .len = size };
	s->got = 0;
	return 0;
}

static int hold(struct shard *s, const char *bytes, size_t len, struct rv_err *err)
{
	for (size_t done = 0; done < len;) {
		const ssize_t n = pwrite(s->fd, bytes + done, len - done, (off_t)(s->fd_len + done));
		if (n < 0 && errno != EINTR) {
			s->has_failed = true;
			return rv_fail_errno(err, "cannot write a temporary file");
		}
		done += n > 0 ? (size_t)n : 0;
	}
	s->fd_len += len;
	return 0;
}

/* An rv_tar_data_fn. */
static int take_data(void *shard, const void *bytes, size_t len, struct rv_err *err)
{
	struct shard *const s = shard;
	if (s->is_passed) {
		return 0;
	}
	if (s->fd >= 0) {
		return hold(s, bytes, len, err);
	}
	if (s->got == 0) {
		s->members[s->n_members - 1].at = s->portion_at + (uint64_t)((const char *)bytes - s->portion);
	}
	s->got += len;
	return 0;
}

/* An rv_write_fn. */
static int feed(void *shard, const void *bytes, size_t len, struct rv_err *err)
{
	struct shard *const s = shard;
	s->portion = bytes;
	s->portion_at = s->fed;
	s->fed += len;
	return rv_tar_reader_add(s->reader, bytes, len, err);
}

static int open_held(struct shard *s, bool is_compressed, struct rv_err *err)
{
	s->fd = is_compressed ? rv_file_unnamed(NULL, err) : -1;
	if (!is_compressed) {
		rv_source_open_window(&s->held, s->item->path, s->item->source, 0, s->item->source->len);
		return 0;
	}
	s->held = (struct rv_source) { .name = rv_strdup(s->item->path), .fd = s->fd };
	return s->fd < 0 ? -1 : 0;
}

static int read_shard(struct shard *s, bool is_compressed, struct rv_err *err)
{
	struct rv_err end_err = RV_ERR_INIT;
	s->reader = rv_tar_reader_new(start_member, take_data, s);
	if (s->context->is_foreign) {
		rv_tar_reader_foreign(s->reader);
	}
	int status = is_compressed ? rv_zst_read_from(s->item->source, feed, s, err)
	                           : rv_source_copy(s->item->source, feed, s, err);
	if (rv_tar_reader_end(s->reader, &end_err) < 0 && status == 0) {
		status = -1;
		*err = end_err;
	}
	if (status < 0 && !s->has_failed) {
		BLAME(s, VERIFY_WEBDATASET_TAR, s->item->path, "%s", err->text);
		verify_census_unread(s->context->census, FORMAT_ID_webdataset);
		return 0; /* the sample at hand may lack what comes last */
	}
	return status < 0 ? -1 : end_sample(s, err);
}

static int look_at_shard(void *state, struct verify_item *item, struct rv_err *err)
{
	struct shard s = { .files = { .open = open_member, .name = name_member, .has = has_member },
		           .context = ((struct webdataset *)state)->context,
		           .groups = ((struct webdataset *)state)->groups,
		           .item = item,
		           .held = RV_SOURCE_INIT,
		           .key = RV_STR_INIT,
		           .record_name = RV_STR_INIT,
		           .arena = RV_ARENA_INIT,
		           .record = RV_RECORD_INIT,
		           .sample = RV_SAMPLE_INIT,
		           .text = RV_STR_INIT,
		           .field = RV_STR_INIT,
		           .fields = RV_STR_INIT };
	const bool is_compressed = verify_item_is(item, "shard.zst") || verify_item_is(item, "split.zst");
	const int status = open_held(&s, is_compressed, err) < 0 ? -1 : read_shard(&s, is_compressed, err);
	rv_source_close(&s.held);
	free(s.members);
	rv_arena_release(&s.arena);
	rv_sample_release(&s.sample);
	rv_record_release(&s.record);
	rv_str_release(&s.key);
	rv_str_release(&s.record_name);
	rv_str_release(&s.text);
	rv_str_release(&s.field);
	rv_str_release(&s.fields);
	return status;
}

/* ---- all shards -------------------------------------------------------------------------------------------------- */

static void *open_webdataset(const struct verify_context *context)
{
	struct webdataset *const state = rv_alloc_zero(1, sizeof(*state));
	state->context = context;
	state->groups = context->is_foreign ? verify_groups_new() : NULL;
	return state;
}

static void free_webdataset(void *state)
{
	verify_groups_free(((struct webdataset *)state)->groups);
	free(state);
}

static int take_shard(void *state, struct verify_item *item, struct rv_err *err RV_UNUSED)
{
	struct webdataset *const web = state;
	const uint64_t number = strtoull(item->place.number, NULL, 10);
	const enum rv_split split = rv_split_find(item->place.split);
	uint64_t *const n_shards = &web->n_shards[split];
	if (web->context->is_foreign) {
		return 0; /* readers are told which there are */
	}
	if (item->place.split[0] && split == RV_SPLITS) {
		verify_problems_add(item->problems, VERIFY_WEBDATASET_NUMBER, item->path, "'%s' is no split",
		                    item->place.split);
		return 0;
	}
	if (number != *n_shards) {
		verify_problems_add(item->problems, VERIFY_WEBDATASET_NUMBER, item->path,
		                    "shard %06" PRIu64 " should come here", *n_shards);
	}
	*n_shards = number + 1;
	return 0;
}

/* A verify_group_fn: a key, and each place where a sample has it. */
static int visit(void *problems, const char *key, const struct verify_part *parts, size_t n,
                 struct rv_err *err RV_UNUSED)
{
	if (n > 1) {
		verify_problems_add(problems, VERIFY_WEBDATASET_MEMBER, parts[1].path,
		                    "'%s' comes again after other samples: readers take it for two samples", key);
	}
	return 0;
}

static int end_webdataset(void *state, struct verify_problems *problems, struct rv_err *err)
{
	const struct webdataset *const web = state;
	return web->groups ? verify_groups_end(web->groups, visit, problems, err) : 0;
}

const struct verify_class verify_webdataset = {
	.format = &format_webdataset,
	.tells = VERIFY_TELLS_PICTURES,
	.open = open_webdataset,
	.file = look_at_shard,
	.take = take_shard,
	.end = end_webdataset,
	.free = free_webdataset,
};
