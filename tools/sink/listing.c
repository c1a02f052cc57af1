/* SPDX-License-Identifier: MIT */
/* Manifests of datasets that are there, read line by line. */
#include "sink/listing.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "json.h"
#include "path.h"
#include "sink/owner.h"
#include "vocabulary.h"

struct sink_listing {
	char *name;
	int dir_fd;
	FILE *file;
	char *line;
	size_t cap;
	struct rv_json json; /* of the line */
	struct sink_head head;
};

static int fail(const struct sink_listing *listing, const char *why, struct rv_err *err)
{
	return rv_fail(err, RV_E_USAGE, "'%s' is no whole dataset of rv: %s", listing->name, why);
}

/* The digest in the last line is that of all lines before it. */
static int check(struct sink_listing *listing, struct rv_err *err)
{
	struct rv_hash *const hash = rv_hash_new();
	char sha256[RV_HASH_HEX_LEN + 1] = "";
	bool is_whole = false;
	ssize_t len;
	while (!is_whole && (len = getline(&listing->line, &listing->cap, listing->file)) > 0) {
		is_whole = strncmp(listing->line, "{\"manifest_sha256\":", strlen("{\"manifest_sha256\":")) == 0;
		if (!is_whole) {
			rv_hash_add(hash, listing->line, (size_t)len);
		}
	}
	rv_hash_hex(hash, sha256);
	rv_hash_free(hash);
	is_whole = is_whole && strstr(listing->line, sha256) && fgetc(listing->file) == EOF;
	return is_whole ? 0 : fail(listing, "the digest in " RV_MANIFEST_NAME " is not that of its lines", err);
}

static int read_head(struct sink_listing *listing, struct rv_err *err)
{
	struct rv_err why = RV_ERR_INIT;
	rewind(listing->file);
	const ssize_t len = getline(&listing->line, &listing->cap, listing->file);
	if (len <= 0 || strncmp(listing->line, RV_MANIFEST_START, strlen(RV_MANIFEST_START)) != 0) {
		return fail(listing, RV_MANIFEST_NAME " does not begin as rv writes it", err);
	}
	return sink_head_read(listing->line, (size_t)len, &listing->head, &why) < 0 ? fail(listing, why.text, err) : 0;
}

struct sink_listing *sink_listing_open(const char *dir, struct rv_err *err)
{
	struct sink_listing *const listing = rv_alloc_zero(1, sizeof(*listing));
	listing->name = rv_strdup(dir);
	listing->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	listing->file = listing->dir_fd < 0 ? NULL : sink_owner_manifest(listing->dir_fd);
	if (!listing->file) {
		(void)fail(listing, "it has no " RV_MANIFEST_NAME, err);
	}
	if (!listing->file || check(listing, err) < 0 || read_head(listing, err) < 0) {
		sink_listing_close(listing);
		return NULL;
	}
	return listing;
}

void sink_listing_close(struct sink_listing *listing)
{
	if (!listing) {
		return;
	}
	if (listing->file) {
		fclose(listing->file);
	}
	if (listing->dir_fd >= 0) {
		close(listing->dir_fd);
	}
	rv_json_release(&listing->json);
	sink_head_release(&listing->head);
	free(listing->line);
	free(listing->name);
	free(listing);
}

const struct sink_head *sink_listing_head(const struct sink_listing *listing)
{
	return &listing->head;
}

int sink_listing_fd(const struct sink_listing *listing)
{
	return listing->dir_fd;
}

const char *sink_listing_name(const struct sink_listing *listing)
{
	return listing->name;
}

int sink_listing_next(struct sink_listing *listing, struct sink_listed *file, struct rv_err *err)
{
	const ssize_t len = getline(&listing->line, &listing->cap, listing->file);
	rv_json_release(&listing->json);
	if (len <= 0 || rv_json_parse(listing->line, (size_t)len, &listing->json, NULL) < 0) {
		return fail(listing, RV_MANIFEST_NAME " cannot be read", err);
	}
	if (rv_json_string(rv_json_get(listing->json, "manifest_sha256"), NULL)) {
		return 0;
	}
	const char *const sha256 = rv_json_string(rv_json_get(listing->json, "sha256"), NULL);
	*file = (struct sink_listed) { .path = rv_json_string(rv_json_get(listing->json, "path"), NULL),
		                       .is_posted = rv_json_true(rv_json_get(listing->json, "posted")) };
	if (!file->path || !rv_path_is_inside(file->path) || !sha256 || strlen(sha256) != RV_HASH_HEX_LEN ||
	    !rv_json_u64(rv_json_get(listing->json, "bytes"), 0, UINT64_MAX, &file->n_bytes)) {
		return fail(listing, "a line of " RV_MANIFEST_NAME " is of no file", err);
	}
	memcpy(file->sha256, sha256, sizeof(file->sha256));
	return 1;
}

int sink_listing_source(const struct sink_listing *listing, const struct sink_listed *file, struct rv_source *source,
                        struct rv_err *err)
{
	if (rv_source_open_beneath(source, listing->dir_fd, file->path, err) < 0) {
		err->code = err->code == RV_E_MISSING_FILE || err->code == RV_E_BAD_FILE ? RV_E_USAGE : err->code;
		return rv_fail_prefix(err, "'%s'", listing->name);
	}
	if (source->len != file->n_bytes) {
		rv_fail(err, RV_E_USAGE, "'%s/%s' has %" PRIu64 " bytes, the manifest says %" PRIu64, listing->name,
		        file->path, source->len, file->n_bytes);
		rv_source_close(source);
		return -1;
	}
	return 0;
}

struct tee {
	struct rv_hash *hash;
	rv_write_fn *write;
	void *to;
};

/* An rv_write_fn. */
static int write_tee(void *tee_, const void *bytes, size_t len, struct rv_err *err)
{
	const struct tee *const tee = tee_;
	rv_hash_add(tee->hash, bytes, len);
	return tee->write(tee->to, bytes, len, err);
}

int sink_listing_read(const struct sink_listing *listing, const struct sink_listed *file, rv_write_fn *write, void *to,
                      struct rv_err *err)
{
	struct rv_source source = RV_SOURCE_INIT;
	struct tee tee = { .write = write, .to = to };
	char sha256[RV_HASH_HEX_LEN + 1];
	if (sink_listing_source(listing, file, &source, err) < 0) {
		return -1;
	}
	tee.hash = rv_hash_new();
	int status = rv_source_copy(&source, write_tee, &tee, err);
	rv_source_close(&source);
	rv_hash_hex(tee.hash, sha256);
	rv_hash_free(tee.hash);
	if (status == 0 && strcmp(sha256, file->sha256) != 0) {
		status = rv_fail(err, RV_E_USAGE, "'%s/%s': its SHA-256 is %s, the manifest says %s", listing->name,
		                 file->path, sha256, file->sha256);
	}
	return status;
}
