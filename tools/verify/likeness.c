/* SPDX-License-Identifier: MIT */
/* Pictures that are another's double: see likeness.h. */
#include "verify/likeness.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"
#include "murmur.h"
#include "verify/limits.h"
#include "verify/luma.h"
#include "verify/sort.h"

#define NONE UINT32_MAX
#define PATHS_AT_ONCE ((size_t)1 << 20)
#define PATH_MAX_BYTES ((size_t)8192)

/* How far another picture is away: its pixels are the same, or 1 + the bits that differ. */
enum { SAME_PIXELS, SAME_HASH };

struct twin {
	uint32_t picture; /* NONE: there is none */
	uint8_t rank;
};

struct picture {
	uint64_t digest, hash, path_at; /* the last: in the file of paths */
	uint32_t group;
	uint8_t split;
	struct twin here, elsewhere; /* the nearest before it, of its split and of another */
};

/* Pictures of one key. */
struct node {
	uint64_t key;
	size_t first, n; /* in likeness->order */
	/* By split: the first picture, and the first that is of another group than that one. */
	uint32_t witnesses[RV_SPLITS + 1][2];
};

struct verify_likeness {
	pthread_mutex_t lock;
	struct rv_sorter *sorter;
	struct picture *pictures; /* in the order of their paths */
	size_t len, cap;
	int paths_fd;
	uint64_t paths_len;
	struct rv_str paths; /* those that are not in the file yet */
	uint32_t *order;     /* the pictures by key */
	struct node *nodes;
	size_t n_nodes;
};

struct verify_likeness *verify_likeness_new(void)
{
	struct verify_likeness *const likeness = rv_alloc_zero(1, sizeof(*likeness));
	pthread_mutex_init(&likeness->lock, NULL);
	likeness->sorter = verify_sorter_new();
	likeness->paths_fd = -1;
	rv_str_init(&likeness->paths);
	return likeness;
}

void verify_likeness_free(struct verify_likeness *likeness)
{
	if (likeness) {
		rv_sorter_free(likeness->sorter);
		if (likeness->paths_fd >= 0) {
			close(likeness->paths_fd);
		}
		rv_str_release(&likeness->paths);
		free(likeness->pictures);
		free(likeness->order);
		free(likeness->nodes);
		pthread_mutex_destroy(&likeness->lock);
		free(likeness);
	}
}

int verify_likeness_add(struct verify_likeness *likeness, const char *path, const struct verify_mark *mark,
                        struct rv_err *err)
{
	struct rv_str line = RV_STR_INIT;
	rv_str_printf(&line, "%s%c%" PRIx64 " %" PRIx64 " %" PRIx32 " %x", path, '\0', mark->digest, mark->hash,
	              rv_murmur3(mark->group, strlen(mark->group), 0), (unsigned int)mark->split);
	int status = 0;
	if (!strchr(path, '\n') && strlen(path) < PATH_MAX_BYTES) { /* others are told for what they are */
		pthread_mutex_lock(&likeness->lock);
		status = rv_sorter_add(likeness->sorter, line.ptr, line.len, err);
		pthread_mutex_unlock(&likeness->lock);
	}
	rv_str_release(&line);
	return status;
}

/* ---- the pictures in order --------------------------------------------------------------------------------------- */

static int flush_paths(struct verify_likeness *likeness, struct rv_err *err)
{
	if (rv_write_all(likeness->paths_fd, likeness->paths.ptr, likeness->paths.len) < 0) {
		return rv_fail_errno(err, "cannot write a temporary file");
	}
	rv_str_clear(&likeness->paths);
	return 0;
}

static int take_line(struct verify_likeness *likeness, const struct rv_span *line, struct rv_err *err)
{
	struct picture picture = { .path_at = likeness->paths_len, .here.picture = NONE, .elsewhere.picture = NONE };
	const size_t path_len = strlen(line->ptr);
	char *at = (char *)(uintptr_t)line->ptr + path_len + 1;
	picture.digest = strtoull(at, &at, 16);
	picture.hash = strtoull(at, &at, 16);
	picture.group = (uint32_t)strtoul(at, &at, 16);
	picture.split = (uint8_t)strtoul(at, &at, 16);
	RV_GROW(likeness->pictures, likeness->len, likeness->cap);
	likeness->pictures[likeness->len++] = picture;
	rv_str_append(&likeness->paths, line->ptr, path_len + 1);
	likeness->paths_len += path_len + 1;
	return likeness->paths.len < PATHS_AT_ONCE ? 0 : flush_paths(likeness, err);
}

static int read_all(struct verify_likeness *likeness, struct rv_err *err)
{
	struct rv_span line;
	int got = 1;
	likeness->paths_fd = rv_file_unnamed(NULL, err);
	if (likeness->paths_fd < 0) {
		return -1;
	}
	while (got > 0 && (got = rv_sorter_next(likeness->sorter, &line, err)) > 0) {
		got = likeness->len == NONE ? rv_fail(err, RV_E_LIMIT, "more than %" PRIu32 " pictures", NONE)
		                            : take_line(likeness, &line, err);
		got = got < 0 ? -1 : 1;
	}
	return got < 0 ? -1 : flush_paths(likeness, err);
}

static int read_path(const struct verify_likeness *likeness, uint32_t picture, char path[PATH_MAX_BYTES],
                     struct rv_err *err)
{
	const off_t at = (off_t)likeness->pictures[picture].path_at;
	ssize_t n;
	do {
		n = pread(likeness->paths_fd, path, PATH_MAX_BYTES, at);
	} while (n < 0 && errno == EINTR);
	return n <= 0 ? rv_fail_errno(err, "cannot read a temporary file") : 0;
}

/* ---- nodes ------------------------------------------------------------------------------------------------------- */

static int compare_keys(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_digests(const void *a, const void *b, void *pictures_)
{
	const struct picture *const pictures = pictures_;
	const uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
	const int order = compare_keys(pictures[i].digest, pictures[k].digest);
	return order != 0 ? order : compare_keys(i, k);
}

static int compare_hashes(const void *a, const void *b, void *pictures_)
{
	const struct picture *const pictures = pictures_;
	const uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
	const int order = compare_keys(pictures[i].hash, pictures[k].hash);
	return order != 0 ? order : compare_keys(i, k);
}

static void witness(const struct verify_likeness *likeness, struct node *node, uint32_t index)
{
	const struct picture *const picture = &likeness->pictures[index];
	uint32_t *const two = node->witnesses[picture->split];
	if (two[0] == NONE) {
		two[0] = index;
	} else if (two[1] == NONE && likeness->pictures[two[0]].group != picture->group) {
		two[1] = index;
	}
}

/* Makes a node of all pictures with one digest, or one hash. */
static void make_nodes(struct verify_likeness *likeness, bool by_hash)
{
	likeness->n_nodes = 0;
	for (uint32_t i = 0; i < likeness->len; i++) {
		likeness->order[i] = i;
	}
	qsort_r(likeness->order, likeness->len, sizeof(*likeness->order), by_hash ? compare_hashes : compare_digests,
	        likeness->pictures);
	for (size_t i = 0; i < likeness->len; i++) {
		const struct picture *const picture = &likeness->pictures[likeness->order[i]];
		const uint64_t key = by_hash ? picture->hash : picture->digest;
		if (i == 0 || likeness->nodes[likeness->n_nodes - 1].key != key) {
			struct node *const node = &likeness->nodes[likeness->n_nodes++];
			*node = (struct node) { .key = key, .first = i };
			memset(node->witnesses, 0xff, sizeof(node->witnesses));
		}
		struct node *const node = &likeness->nodes[likeness->n_nodes - 1];
		node->n++;
		witness(likeness, node, likeness->order[i]);
	}
}

/* The first picture of a split in a node that is before this one and of another group; NONE. */
static uint32_t find_before(const struct verify_likeness *likeness, const struct node *node, uint32_t index,
                            size_t split)
{
	const uint32_t *const two = node->witnesses[split];
	const bool is_own = two[0] != NONE && likeness->pictures[two[0]].group == likeness->pictures[index].group;
	const uint32_t found = is_own ? two[1] : two[0];
	return found < index ? found : NONE;
}

static void improve(struct twin *twin, uint32_t found, uint8_t rank)
{
	if (found != NONE &&
	    (twin->picture == NONE || rank < twin->rank || (rank == twin->rank && found < twin->picture))) {
		*twin = (struct twin) { .picture = found, .rank = rank };
	}
}

/* Looks for the doubles of all pictures of one node in another, which may be the same. */
static void compare_nodes(struct verify_likeness *likeness, const struct node *node, const struct node *other,
                          uint8_t rank)
{
	for (size_t i = node->first; i < node->first + node->n; i++) {
		const uint32_t index = likeness->order[i];
		struct picture *const picture = &likeness->pictures[index];
		improve(&picture->here, find_before(likeness, other, index, picture->split), rank);
		for (size_t split = 0; split < RV_SPLITS && picture->split < RV_SPLITS; split++) {
			if (split != picture->split) {
				improve(&picture->elsewhere, find_before(likeness, other, index, split), rank);
			}
		}
	}
}

/* ---- near hashes ------------------------------------------------------------------------------------------------- */

static uint64_t band_of(uint64_t hash, unsigned int band, unsigned int n_bands)
{
	const unsigned int from = 64 * band / n_bands, to = 64 * (band + 1) / n_bands;
	return hash << from >> from >> (64 - to);
}

struct band {
	const struct verify_likeness *likeness;
	unsigned int number, of;
};

static int compare_bands(const void *a, const void *b, void *band_)
{
	const struct band *const band = band_;
	const struct node *const nodes = band->likeness->nodes;
	return compare_keys(band_of(nodes[*(const uint32_t *)a].key, band->number, band->of),
	                    band_of(nodes[*(const uint32_t *)b].key, band->number, band->of));
}

/* Two that have an earlier band in common were compared there. */
static void compare_pair(struct verify_likeness *likeness, const struct band *band, const struct node *a,
                         const struct node *b)
{
	const unsigned int distance = verify_luma_distance(a->key, b->key, band->of - 1);
	bool was_compared = distance >= band->of;
	for (unsigned int i = 0; i < band->number && !was_compared; i++) {
		was_compared = band_of(a->key, i, band->of) == band_of(b->key, i, band->of);
	}
	if (!was_compared) {
		compare_nodes(likeness, a, b, (uint8_t)(SAME_HASH + distance));
		compare_nodes(likeness, b, a, (uint8_t)(SAME_HASH + distance));
	}
}

static void compare_in_band(struct verify_likeness *likeness, const struct band *band, uint32_t *by_band)
{
	for (uint32_t i = 0; i < likeness->n_nodes; i++) {
		by_band[i] = i;
	}
	qsort_r(by_band, likeness->n_nodes, sizeof(*by_band), compare_bands, (void *)(uintptr_t)band);
	for (size_t i = 0; i < likeness->n_nodes; i++) {
		const struct node *const node = &likeness->nodes[by_band[i]];
		const uint64_t value = band_of(node->key, band->number, band->of);
		for (size_t k = i + 1; k < likeness->n_nodes; k++) {
			const struct node *const other = &likeness->nodes[by_band[k]];
			if (band_of(other->key, band->number, band->of) != value) {
				break;
			}
			compare_pair(likeness, band, node, other);
		}
	}
}

static void compare_all(struct verify_likeness *likeness)
{
	const unsigned int n_bands = (unsigned int)verify_limit(VERIFY_LIMIT_NEAR) + 1;
	likeness->order = rv_alloc_zero(likeness->len + 1, sizeof(*likeness->order));
	likeness->nodes = rv_alloc_zero(likeness->len + 1, sizeof(*likeness->nodes));
	uint32_t *const by_band = rv_alloc_zero(likeness->len + 1, sizeof(*by_band));
	for (int by_hash = 0; by_hash < 2; by_hash++) {
		make_nodes(likeness, by_hash);
		for (size_t i = 0; i < likeness->n_nodes; i++) {
			compare_nodes(likeness, &likeness->nodes[i], &likeness->nodes[i],
			              by_hash ? SAME_HASH : SAME_PIXELS);
		}
	}
	for (unsigned int i = 0; i < n_bands; i++) {
		const struct band band = { .likeness = likeness, .number = i, .of = n_bands };
		compare_in_band(likeness, &band, by_band);
	}
	free(by_band);
}

/* ---- the end ----------------------------------------------------------------------------------------------------- */

static int tell(const struct verify_likeness *likeness, uint32_t index, const struct twin *twin, bool is_leak,
                struct verify_problems *problems, struct rv_err *err)
{
	const struct picture *const other = &likeness->pictures[twin->picture];
	char path[PATH_MAX_BYTES], other_path[PATH_MAX_BYTES];
	struct rv_str where = RV_STR_INIT;
	if (read_path(likeness, index, path, err) < 0 || read_path(likeness, twin->picture, other_path, err) < 0) {
		return -1;
	}
	rv_str_puts(&where, other_path);
	if (is_leak) {
		rv_str_printf(&where, " of %s", rv_split_names[other->split]);
	}
	if (twin->rank == SAME_PIXELS) {
		verify_problems_add(problems, is_leak ? VERIFY_LEAK_EXACT : VERIFY_DUPLICATE_EXACT, path,
		                    "it has the pixels of %s", where.ptr);
	} else {
		verify_problems_add(problems, is_leak ? VERIFY_LEAK_NEAR : VERIFY_DUPLICATE_NEAR, path,
		                    "it is like %s: %d bits of their hashes differ", where.ptr, twin->rank - SAME_HASH);
	}
	rv_str_release(&where);
	return 0;
}

int verify_likeness_end(struct verify_likeness *likeness, struct verify_problems *problems, struct rv_err *err)
{
	int status = read_all(likeness, err);
	if (status == 0) {
		compare_all(likeness);
	}
	for (uint32_t i = 0; i < likeness->len && status == 0; i++) {
		const struct picture *const picture = &likeness->pictures[i];
		if (picture->here.picture != NONE) {
			status = tell(likeness, i, &picture->here, false, problems, err);
		}
		if (status == 0 && picture->elsewhere.picture != NONE) {
			status = tell(likeness, i, &picture->elsewhere, true, problems, err);
		}
	}
	return status;
}
