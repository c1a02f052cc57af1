/* SPDX-License-Identifier: MIT */
/* Which format holds which pictures: see census.h. */
#include "verify/census.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "format/format.h"
#include "verify/sort.h"

/* A line of the sorter: id, view, frame, what it says, the format in two digits, a text; tabs between. So all that is
 * known of a sample stands together, and in it all of a view, and of a picture. */
#define SEQUENCE "#" /* in the place of the frame, before all of them: the text is their number */
#define IS_THERE '0' /* what it says; the facts follow */

struct verify_census {
	pthread_mutex_t lock;
	struct rv_sorter *sorter;
	uint64_t n_stills[FORMAT_IDS];
	bool is_unread[FORMAT_IDS];
	struct verify_frames *frames; /* NULL: there are no clips */
};

struct verify_census *verify_census_new(bool has_clips)
{
	struct verify_census *const census = rv_alloc_zero(1, sizeof(*census));
	pthread_mutex_init(&census->lock, NULL);
	census->sorter = verify_sorter_new();
	census->frames = has_clips ? verify_frames_new() : NULL;
	return census;
}

void verify_census_free(struct verify_census *census)
{
	if (census) {
		rv_sorter_free(census->sorter);
		verify_frames_free(census->frames);
		pthread_mutex_destroy(&census->lock);
		free(census);
	}
}

/* ---- what formats tell ------------------------------------------------------------------------------------------- */

static int add(struct verify_census *census, enum format_id format, const struct verify_key *key, const char *frame,
               char what, const char *text, struct rv_err *err)
{
	struct rv_str line = RV_STR_INIT;
	if (!census) {
		return 0;
	}
	rv_str_printf(&line, "%s\t%s\t%s\t%c\t%02d\t%s", key->id, key->view, frame, what, (int)format, text);
	pthread_mutex_lock(&census->lock);
	const int status = rv_sorter_add(census->sorter, line.ptr, line.len, err);
	pthread_mutex_unlock(&census->lock);
	rv_str_release(&line);
	return status;
}

int verify_census_picture(struct verify_census *census, enum format_id format, const struct verify_key *key,
                          struct rv_err *err)
{
	return add(census, format, key, key->frame, IS_THERE, "", err);
}

int verify_census_fact(struct verify_census *census, enum format_id format, const struct verify_key *key,
                       enum verify_fact fact, const char *text, struct rv_err *err)
{
	return add(census, format, key, key->frame, (char)(IS_THERE + 1 + fact), text, err);
}

int verify_census_sequence(struct verify_census *census, enum format_id format, const struct verify_key *key,
                           uint64_t n_frames, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	rv_str_put_u64(&text, n_frames);
	const int status = add(census, format, key, SEQUENCE, IS_THERE, text.ptr, err);
	rv_str_release(&text);
	return status;
}

void verify_census_stills(struct verify_census *census, enum format_id format, uint64_t n)
{
	if (census) {
		pthread_mutex_lock(&census->lock);
		census->n_stills[format] += n;
		pthread_mutex_unlock(&census->lock);
	}
}

struct verify_frames *verify_census_frames(const struct verify_census *census)
{
	return census ? census->frames : NULL;
}

void verify_census_unread(struct verify_census *census, enum format_id format)
{
	if (census) {
		pthread_mutex_lock(&census->lock);
		census->is_unread[format] = true;
		pthread_mutex_unlock(&census->lock);
	}
}

/* ---- the comparison ---------------------------------------------------------------------------------------------- */

/* A line taken apart; borrowed from it. */
struct line {
	char *id, *view, *frame, *text;
	char what;
	size_t format;
};

/* What one format has: of the present view, of the present sample, and of all. */
struct holding {
	uint64_t n_frames;           /* of its sequence of this view; UINT64_MAX: none was told */
	uint64_t n_pictures;         /* of this sample; a sequence counts as one */
	struct rv_str first_missing; /* of this sample; "": none */
	uint64_t n_samples, n_missing;
	char *missing; /* the first sample; NULL */
};

struct comparison {
	const struct verify_manifest_head *head;
	const enum verify_tells *tell_what;
	const uint64_t *n_stills;
	const bool *is_unread;
	struct verify_problems *problems;
	struct holding held[FORMAT_IDS];
	struct rv_str id, view, frame; /* the present ones */
	bool in_sample, in_picture;    /* there is one */
	bool has[FORMAT_IDS];          /* the present picture */
	bool is_sequence, has_view;    /* the present sample; any */
	uint64_t n_frames;             /* of the present view, over all formats */
	uint64_t n_pictures;           /* of the present sample */
	uint64_t n_samples, n_still_samples, n_still_pictures;
	char what;          /* the fact that was told last of the picture, */
	size_t format;      /* by which format, */
	struct rv_str fact; /* and what it is */
};

static const char *name_of(size_t format)
{
	return format_all[format]->name;
}

static void put_who(struct rv_str *text, const char *id, const char *view, const char *frame)
{
	rv_str_printf(text, "sample '%s'", id);
	if (view[0]) {
		rv_str_printf(text, ", view '%s'", view);
	}
	if (frame[0]) {
		rv_str_printf(text, ", frame %s", frame);
	}
}

static bool tells(const struct comparison *c, size_t format, enum verify_tells what)
{
	return c->head->has[format] && !c->is_unread[format] && c->tell_what[format] == what;
}

/* Any format that has the present picture. */
static const char *holder(const struct comparison *c)
{
	size_t format = 0;
	while (format < FORMAT_IDS && !c->has[format]) {
		format++;
	}
	return format < FORMAT_IDS ? name_of(format) : "none";
}

/* ---- a picture ---- */

static void end_picture(struct comparison *c)
{
	if (!c->in_picture) {
		return;
	}
	c->in_picture = false;
	c->n_pictures++;
	c->n_frames += c->frame.len > 0;
	c->is_sequence |= c->frame.len > 0;
	for (size_t format = 0; format < FORMAT_IDS; format++) {
		struct holding *const held = &c->held[format];
		held->n_pictures += c->has[format];
		if (tells(c, format, VERIFY_TELLS_PICTURES) && !c->has[format] && held->first_missing.len == 0) {
			put_who(&held->first_missing, c->id.ptr, c->view.ptr, c->frame.ptr);
			rv_str_printf(&held->first_missing, " is in %s, but not in %s", holder(c), name_of(format));
		}
	}
	memset(c->has, 0, sizeof(c->has));
}

/* ---- a view ---- */

static void end_view(struct comparison *c)
{
	end_picture(c);
	for (size_t format = 0; format < FORMAT_IDS; format++) {
		struct holding *const held = &c->held[format];
		if (held->n_frames != UINT64_MAX && c->n_frames > 0 && held->n_frames != c->n_frames) {
			struct rv_str who = RV_STR_INIT;
			put_who(&who, c->id.ptr, c->view.ptr, "");
			verify_problems_add(c->problems, VERIFY_CENSUS_FRAMES, name_of(format),
			                    "%s has %" PRIu64 " frames in %s, and %" PRIu64 " in other formats",
			                    who.ptr, held->n_frames, name_of(format), c->n_frames);
			rv_str_release(&who);
		}
		if (tells(c, format, VERIFY_TELLS_NUMBERS) && held->n_frames == UINT64_MAX && c->n_frames > 0 &&
		    held->first_missing.len == 0) {
			put_who(&held->first_missing, c->id.ptr, c->view.ptr, "");
			rv_str_printf(&held->first_missing, " has frames, but no sequence in %s", name_of(format));
		}
		held->n_frames = UINT64_MAX;
	}
	c->n_frames = 0;
}

/* ---- a sample ---- */

/* A sample that a format has not at all may have been left out; one of which it has a part may not. */
static void end_holding(struct comparison *c, size_t format)
{
	struct holding *const held = &c->held[format];
	const bool is_still_of_video = c->tell_what[format] == VERIFY_TELLS_NUMBERS && !c->is_sequence;
	if (held->n_pictures > 0) {
		held->n_samples++;
		if (held->first_missing.len > 0) {
			verify_problems_add(c->problems, VERIFY_CENSUS_PICTURE, name_of(format), "%s",
			                    held->first_missing.ptr);
		}
	} else if (c->head->has[format] && !c->is_unread[format] && c->tell_what[format] != VERIFY_TELLS_NOTHING &&
	           !is_still_of_video) {
		held->n_missing++;
		held->missing = held->missing ? held->missing : rv_strdup(c->id.ptr);
	}
	held->n_pictures = 0;
	rv_str_clear(&held->first_missing);
}

static void end_sample(struct comparison *c)
{
	if (!c->in_sample) {
		return;
	}
	end_view(c);
	for (size_t format = 0; format < FORMAT_IDS; format++) {
		end_holding(c, format);
	}
	c->n_samples++;
	if (!c->is_sequence) {
		c->n_still_samples++;
		c->n_still_pictures += c->n_pictures;
	}
	c->n_pictures = 0;
	c->is_sequence = false;
	c->in_sample = false;
}

/* ---- a line ---- */

/* Cuts the text up to the next tab off *at. */
static char *cut(char **at)
{
	char *const start = *at;
	*at = strchr(start, '\t');
	*(*at)++ = '\0';
	return start;
}

static struct line read_line(char *text)
{
	struct line line;
	line.id = cut(&text);
	line.view = cut(&text);
	line.frame = cut(&text);
	line.what = cut(&text)[0];
	line.format = (size_t)strtoul(cut(&text), NULL, 10);
	line.text = text;
	return line;
}

static void replace(struct rv_str *text, const char *with)
{
	rv_str_clear(text);
	rv_str_puts(text, with);
}

/* Goes on to the line's sample, view and picture. */
static void advance(struct comparison *c, const struct line *line)
{
	if (!c->in_sample || strcmp(c->id.ptr, line->id) != 0) {
		end_sample(c);
	} else if (strcmp(c->view.ptr, line->view) != 0) {
		end_view(c);
	} else if (strcmp(c->frame.ptr, line->frame) != 0) {
		end_picture(c);
	}
	c->in_sample = true;
	c->has_view |= line->view[0] != '\0';
	replace(&c->id, line->id);
	replace(&c->view, line->view);
	replace(&c->frame, line->frame);
}

/* The first NAME=VALUE in which two lists differ. */
static void put_difference(struct rv_str *text, const char *a, const char *b)
{
	while (*a && strncmp(a, b, strcspn(a, " ") + 1) == 0) {
		const size_t len = strcspn(a, " ");
		a += len + (a[len] == ' ');
		b += len + (b[len] == ' ');
	}
	rv_str_printf(text, "%.*s and %.*s", (int)strcspn(a, " "), a, (int)strcspn(b, " "), b);
}

static void take_fact(struct comparison *c, const struct line *line)
{
	struct rv_str text = RV_STR_INIT;
	if (c->what == line->what && strcmp(c->fact.ptr, line->text) != 0) {
		put_who(&text, line->id, line->view, line->frame);
		rv_str_printf(&text, ": %s and %s have ", name_of(c->format), name_of(line->format));
		if (line->what == IS_THERE + 1 + VERIFY_FACT_CAMERA) {
			put_difference(&text, c->fact.ptr, line->text);
			verify_problems_add(c->problems, VERIFY_CENSUS_CAMERA, name_of(line->format), "%s", text.ptr);
		} else {
			verify_problems_add(c->problems, VERIFY_CENSUS_IMAGE, name_of(line->format),
			                    "%sanother file as its image", text.ptr);
		}
	}
	rv_str_release(&text);
	c->what = line->what;
	c->format = line->format;
	replace(&c->fact, line->text);
}

static void take_presence(struct comparison *c, const struct line *line, bool is_new)
{
	struct holding *const held = &c->held[line->format];
	const bool is_sequence = strcmp(line->frame, SEQUENCE) == 0;
	c->what = IS_THERE;
	if (is_sequence) {
		held->n_frames = strtoull(line->text, NULL, 10);
		held->n_pictures++;
		c->is_sequence = true;
		return;
	}
	if (!is_new && c->has[line->format]) {
		struct rv_str who = RV_STR_INIT;
		put_who(&who, line->id, line->view, line->frame);
		verify_problems_add(c->problems, VERIFY_CENSUS_TWICE, name_of(line->format), "%s is in %s twice",
		                    who.ptr, name_of(line->format));
		rv_str_release(&who);
	}
	c->in_picture = true;
	c->has[line->format] = true;
}

/* An rv_sorter_fn. */
static int take_line(void *context, const void *bytes, size_t len, struct rv_err *err RV_UNUSED)
{
	struct comparison *const c = context;
	char *const text = rv_strndup(bytes, len - 1); /* without its newline */
	const struct line line = read_line(text);
	const bool is_new = !c->in_sample || strcmp(c->id.ptr, line.id) != 0 || strcmp(c->view.ptr, line.view) != 0 ||
	                    strcmp(c->frame.ptr, line.frame) != 0;
	if (is_new) {
		advance(c, &line);
	}
	if (line.what == IS_THERE) {
		take_presence(c, &line, is_new);
	} else {
		take_fact(c, &line);
	}
	free(text);
	return 0;
}

/* ---- all samples ---- */

static void blame_count(struct comparison *c, size_t format, uint64_t n)
{
	if (n + c->head->left_out[format] != c->head->n_samples) {
		verify_problems_add(c->problems, VERIFY_CENSUS_COUNT, name_of(format),
		                    "it has %" PRIu64 " samples, but the manifest says %" PRIu64 ", %" PRIu64
		                    " left out",
		                    n, c->head->n_samples, c->head->left_out[format]);
	}
}

/* Stills are only counted: against those of a format that has all, where there is one. */
static void compare_stills(struct comparison *c, size_t format, bool is_complete)
{
	const struct holding *const held = &c->held[format];
	const uint64_t n = c->n_stills[format], left_out = c->head->left_out[format];
	const uint64_t left = left_out - RV_MIN(left_out, held->n_missing); /* stills among what was left out */
	if (!is_complete && !c->has_view) {
		blame_count(c, format, n + held->n_samples);
	} else if (is_complete &&
	           (left == 0 ? n != c->n_still_pictures
	                      : n + left > c->n_still_pictures || (c->n_still_pictures == c->n_still_samples &&
	                                                           n + left != c->n_still_samples))) {
		verify_problems_add(c->problems, VERIFY_CENSUS_FRAMES, name_of(format),
		                    "%" PRIu64 " stills in %s, %" PRIu64 " left out, and %" PRIu64 " in other formats",
		                    n, name_of(format), left, c->n_still_pictures);
	}
}

static void compare_formats(struct comparison *c)
{
	bool is_complete = false;
	for (size_t format = 0; format < FORMAT_IDS; format++) {
		is_complete |= tells(c, format, VERIFY_TELLS_PICTURES) && c->head->left_out[format] == 0;
	}
	for (size_t format = 0; format < FORMAT_IDS; format++) {
		struct holding *const held = &c->held[format];
		if (held->n_missing > c->head->left_out[format]) {
			verify_problems_add(c->problems, VERIFY_CENSUS_SAMPLE, name_of(format),
			                    "sample '%s' is in another format, but not in %s: %" PRIu64
			                    " such samples, %" PRIu64 " left out",
			                    held->missing, name_of(format), held->n_missing, c->head->left_out[format]);
		}
		if (tells(c, format, VERIFY_TELLS_PICTURES)) {
			blame_count(c, format, held->n_samples);
		} else if (tells(c, format, VERIFY_TELLS_NUMBERS)) {
			compare_stills(c, format, is_complete);
		}
	}
}

int verify_census_compare(struct verify_census *census, const struct verify_manifest_head *head,
                          const enum verify_tells tell_what[FORMAT_IDS], struct verify_problems *problems,
                          struct rv_err *err)
{
	struct comparison c = { .head = head,
		                .tell_what = tell_what,
		                .n_stills = census->n_stills,
		                .is_unread = census->is_unread,
		                .problems = problems,
		                .id = RV_STR_INIT,
		                .view = RV_STR_INIT,
		                .frame = RV_STR_INIT,
		                .what = IS_THERE,
		                .fact = RV_STR_INIT };
	for (size_t format = 0; format < FORMAT_IDS; format++) {
		c.held[format].n_frames = UINT64_MAX;
		rv_str_init(&c.held[format].first_missing);
	}
	int status = rv_sorter_merge(census->sorter, take_line, &c, err);
	if (status == 0) {
		end_sample(&c);
		compare_formats(&c);
		status = census->frames ? verify_frames_compare(census->frames, problems, err) : 0;
	}
	for (size_t format = 0; format < FORMAT_IDS; format++) {
		rv_str_release(&c.held[format].first_missing);
		free(c.held[format].missing);
	}
	rv_str_release(&c.id);
	rv_str_release(&c.view);
	rv_str_release(&c.frame);
	rv_str_release(&c.fact);
	return status;
}
