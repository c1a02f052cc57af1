/* SPDX-License-Identifier: MIT */
/* How far a check of a dataset has come: see resume.h. */
#include "verify/resume.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "clock.h"
#include "file.h"
#include "hash.h"
#include "json.h"
#include "verify/checks.h"

#define VERSION 1
#define FILE_MAX ((size_t)64 << 20)
#define AGAIN_MAX 10000 /* files in which something was found: the file is not written any more with more of them */
#define INTERVAL_S 1

struct paths {
	char **items; /* sorted */
	size_t len, cap;
};

struct verify_resume {
	const char *path;
	char key[RV_HASH_HEX_LEN + 1];
	struct rv_str known; /* the last file that was looked at before; "": none was */
	struct paths again;  /* of those, what is not known */
	struct verify_presence known_objects;
	struct rv_str last;             /* the last file that is looked at now */
	struct paths found;             /* of all up to it, those in which something was found, */
	struct verify_presence objects; /* and the objects of the others */
	double saved_s;
};

static void add_path(struct paths *paths, const char *path)
{
	RV_GROW(paths->items, paths->len, paths->cap);
	paths->items[paths->len++] = rv_strdup(path);
}

static int by_name(const void *key, const void *item)
{
	return strcmp(key, *(char *const *)item);
}

static bool has_path(const struct paths *paths, const char *path)
{
	return paths->len > 0 && bsearch(path, paths->items, paths->len, sizeof(*paths->items), by_name) != NULL;
}

/* ---- the file ---------------------------------------------------------------------------------------------------- */

static uint64_t number(struct rv_json objects, const char *name)
{
	uint64_t value = 0;
	return rv_json_u64(rv_json_get(objects, name), 0, UINT64_MAX, &value) ? value : 0;
}

/* Takes over what the file has; nothing where its key is another. False: it is no such file. */
static bool take_state(struct verify_resume *resume, struct rv_json state)
{
	uint64_t version = 0;
	const char *const key = rv_json_string(rv_json_get(state, "key"), NULL);
	const char *const last = rv_json_string(rv_json_get(state, "last"), NULL);
	const struct rv_json again = rv_json_get(state, "again"), objects = rv_json_get(state, "objects");
	if (!rv_json_u64(rv_json_get(state, "rv_verify"), VERSION, VERSION, &version) || !key || !last) {
		return false;
	}
	if (strcmp(key, resume->key) != 0) {
		return true;
	}
	for (size_t i = 0; i < rv_json_len(again); i++) {
		const char *const path = rv_json_string(rv_json_at(again, i), NULL);
		if (!path || (i > 0 && strcmp(resume->again.items[i - 1], path) >= 0)) {
			return false;
		}
		add_path(&resume->again, path);
	}
	resume->known_objects = (struct verify_presence) { .seen = number(objects, "seen"),
		                                           .tiny = number(objects, "tiny"),
		                                           .hidden = number(objects, "hidden"),
		                                           .outside = number(objects, "outside") };
	rv_str_puts(&resume->known, last);
	return true;
}

static int read_state(struct verify_resume *resume, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_json state = RV_JSON_INIT;
	int status = 0;
	if (rv_file_exists(resume->path)) {
		status = rv_file_read(resume->path, FILE_MAX, &text, err);
		if (status == 0 &&
		    (rv_json_parse(text.ptr, text.len, &state, NULL) < 0 || !take_state(resume, state))) {
			status = rv_fail(err, RV_E_USAGE, "'%s' is not a file that --resume wrote", resume->path);
		}
	}
	rv_json_release(&state);
	rv_str_release(&text);
	return status;
}

int verify_resume_save(struct verify_resume *resume, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_json_out out;
	if (!resume || resume->last.len == 0 || strcmp(resume->last.ptr, resume->known.ptr) < 0 ||
	    resume->found.len > AGAIN_MAX) {
		return 0;
	}
	rv_json_out_init(&out, &text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_u64(&out, "rv_verify", VERSION);
	rv_json_put_string(&out, "key", resume->key);
	rv_json_put_string(&out, "last", resume->last.ptr);
	rv_json_open(&out, "again", '[');
	for (size_t i = 0; i < resume->found.len; i++) {
		rv_json_put_string(&out, NULL, resume->found.items[i]);
	}
	rv_json_close(&out, ']');
	rv_json_open(&out, "objects", '{');
	rv_json_put_u64(&out, "seen", resume->objects.seen);
	rv_json_put_u64(&out, "tiny", resume->objects.tiny);
	rv_json_put_u64(&out, "hidden", resume->objects.hidden);
	rv_json_put_u64(&out, "outside", resume->objects.outside);
	rv_json_close(&out, '}');
	rv_json_close(&out, '}');
	rv_str_putc(&text, '\n');
	const int status = rv_file_write(resume->path, text.ptr, text.len, err);
	rv_str_release(&text);
	resume->saved_s = rv_clock_s();
	return status;
}

/* ---- the run ----------------------------------------------------------------------------------------------------- */

static int make_key(struct verify_resume *resume, const struct rv_source *manifest, bool is_deep, uint64_t min_area_px,
                    struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	char hex[RV_HASH_HEX_LEN + 1];
	if (rv_hash_source(manifest, hex, err) < 0) {
		return -1;
	}
	rv_str_printf(&text, "%s %s %d %" PRIu64 "\n", RV_VERSION, hex, is_deep, min_area_px);
	verify_checks_list(&text);
	rv_hash_bytes(text.ptr, text.len, resume->key);
	rv_str_release(&text);
	return 0;
}

struct verify_resume *verify_resume_open(const char *path, const struct rv_source *manifest, bool is_deep,
                                         uint64_t min_area_px, struct rv_err *err)
{
	struct verify_resume *const resume = rv_alloc_zero(1, sizeof(*resume));
	resume->path = path;
	rv_str_init(&resume->known);
	rv_str_init(&resume->last);
	if (make_key(resume, manifest, is_deep, min_area_px, err) < 0 || read_state(resume, err) < 0) {
		verify_resume_free(resume);
		return NULL;
	}
	resume->objects = resume->known_objects;
	resume->saved_s = rv_clock_s();
	return resume;
}

void verify_resume_free(struct verify_resume *resume)
{
	if (resume) {
		rv_names_free(resume->again.items, resume->again.len);
		rv_names_free(resume->found.items, resume->found.len);
		rv_str_release(&resume->known);
		rv_str_release(&resume->last);
		free(resume);
	}
}

bool verify_resume_knows(const struct verify_resume *resume, const char *path)
{
	return resume && resume->known.len > 0 && strcmp(path, resume->known.ptr) <= 0 &&
	       !has_path(&resume->again, path);
}

int verify_resume_pass(struct verify_resume *resume, const char *path, bool is_clean,
                       const struct verify_presence *objects, struct rv_err *err)
{
	if (!resume) {
		return 0;
	}
	if (!is_clean) {
		add_path(&resume->found, path);
	} else {
		verify_presence_add(&resume->objects, objects);
	}
	rv_str_clear(&resume->last);
	rv_str_puts(&resume->last, path);
	return rv_clock_s() - resume->saved_s < INTERVAL_S ? 0 : verify_resume_save(resume, err);
}

struct verify_presence verify_resume_objects(const struct verify_resume *resume)
{
	return resume ? resume->known_objects : (struct verify_presence) { .seen = 0 };
}

int verify_resume_end(struct verify_resume *resume, struct rv_err *err)
{
	if (resume && unlink(resume->path) < 0 && errno != ENOENT) {
		return rv_fail_errno(err, "cannot remove '%s'", resume->path);
	}
	return 0;
}
