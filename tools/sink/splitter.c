/* SPDX-License-Identifier: MIT */
/* Splits by hash, and by turns. */
#include "sink/splitter.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "filter.h"
#include "hash.h"
#include "parse.h"

#define SHARE_MAX 1000000
#define HASH_DIGITS 16 /* 64 bits */

/* A combination of categories, and how many of its samples are where. */
struct stratum {
	char *categories;
	uint64_t counts[RV_SPLITS];
};

struct sink_splitter {
	uint64_t shares[RV_SPLITS], total;
	struct rv_expression *by; /* NULL: the id */
	bool is_balanced;
	struct stratum *strata; /* sorted */
	size_t n_strata, cap_strata;
	struct rv_str key;
};

/* ---- options ---- */

static int read_shares(struct sink_splitter *splitter, const char *text, struct rv_err *err)
{
	struct rv_str share = RV_STR_INIT;
	size_t n = 0;
	int status = 0;
	for (const char *at = text; status == 0 && at; n++) {
		const size_t len = strcspn(at, ",");
		rv_str_clear(&share);
		rv_str_append(&share, at, len);
		status = n == RV_SPLITS
		                 ? rv_fail(err, RV_E_USAGE, "--split: '%s' has more than %d shares", text, RV_SPLITS)
		                 : rv_parse_u64(share.ptr, "--split", 0, SHARE_MAX, &splitter->shares[n], err);
		splitter->total += status == 0 ? splitter->shares[n] : 0;
		at = at[len] ? at + len + 1 : NULL;
	}
	rv_str_release(&share);
	return status == 0 && splitter->total == 0 ? rv_fail(err, RV_E_USAGE, "--split: all shares of '%s' are 0", text)
	                                           : status;
}

struct sink_splitter *sink_splitter_new(const struct sink_splitter_options *options, struct rv_err *err)
{
	struct sink_splitter *const splitter = rv_alloc_zero(1, sizeof(*splitter));
	splitter->is_balanced = options->is_balanced;
	rv_str_init(&splitter->key);
	int status = 0;
	if (options->by && options->is_balanced) {
		status =
		        rv_fail(err, RV_E_USAGE,
		                "--split-by and --split-balanced: samples that stay together cannot be dealt by turns");
	} else if (!options->shares) {
		status = rv_fail(err, RV_E_USAGE, "%s needs --split with the shares, as in --split 80,10,10",
		                 options->by ? "--split-by" : "--split-balanced");
	} else {
		status = read_shares(splitter, options->shares, err);
	}
	if (status == 0 && options->by) {
		splitter->by = rv_expression_new("--split-by", options->by, err);
		status = splitter->by ? 0 : -1;
	}
	if (status < 0) {
		sink_splitter_free(splitter);
		return NULL;
	}
	return splitter;
}

void sink_splitter_free(struct sink_splitter *splitter)
{
	if (!splitter) {
		return;
	}
	for (size_t i = 0; i < splitter->n_strata; i++) {
		free(splitter->strata[i].categories);
	}
	free(splitter->strata);
	rv_expression_free(splitter->by);
	rv_str_release(&splitter->key);
	free(splitter);
}

/* ---- by hash ---- */

static int choose_by_hash(struct sink_splitter *splitter, const struct rv_sample *sample, enum rv_split *split,
                          struct rv_err *err)
{
	char hex[RV_HASH_HEX_LEN + 1];
	rv_str_clear(&splitter->key);
	if (!splitter->by) {
		rv_str_puts(&splitter->key, sample->id);
	} else if (rv_expression_value(splitter->by, sample->record, &splitter->key, err) < 0) {
		return -1;
	} else if (strcmp(splitter->key.ptr, "null") == 0) {
		return rv_fail(err, RV_E_FILTER, "--split-by gives null, which says nothing of the sample");
	}
	rv_hash_bytes(splitter->key.ptr, splitter->key.len, hex);
	hex[HASH_DIGITS] = '\0';
	const unsigned __int128 place = (unsigned __int128)strtoull(hex, NULL, 16) * splitter->total;
	uint64_t rest = (uint64_t)(place >> 64); /* 0..total - 1 */
	*split = 0;
	while (rest >= splitter->shares[*split]) {
		rest -= splitter->shares[*split];
		(*split)++;
	}
	return 0;
}

/* ---- by turns ---- */

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The categories that are seen in a sample, each once, sorted. */
static void put_categories(const struct rv_sample *sample, struct rv_str *key)
{
	const char **names = NULL;
	size_t n = 0, cap = 0;
	for (size_t i = 0; i < sample->n_pictures; i++) {
		const struct rv_picture *const picture = &sample->pictures[i];
		for (size_t k = 0; k < picture->n_annotations; k++) {
			if (picture->annotations[k].category && picture->annotations[k].area_px > 0) {
				RV_GROW(names, n, cap);
				names[n++] = picture->annotations[k].category;
			}
		}
	}
	if (n > 1) {
		qsort(names, n, sizeof(*names), by_text);
	}
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || strcmp(names[i - 1], names[i]) != 0) {
			rv_str_json(key, names[i], strlen(names[i]));
		}
	}
	free(names);
}

/* The stratum of those categories, which is made when it is not there. */
static struct stratum *find_stratum(struct sink_splitter *splitter, const char *categories)
{
	size_t at = 0, end = splitter->n_strata;
	while (at < end) {
		const size_t middle = at + (end - at) / 2;
		const bool is_before = strcmp(splitter->strata[middle].categories, categories) < 0;
		*(is_before ? &at : &end) = is_before ? middle + 1 : middle;
	}
	if (at < splitter->n_strata && strcmp(splitter->strata[at].categories, categories) == 0) {
		return &splitter->strata[at];
	}
	RV_GROW(splitter->strata, splitter->n_strata, splitter->cap_strata);
	memmove(&splitter->strata[at + 1], &splitter->strata[at],
	        (splitter->n_strata - at) * sizeof(*splitter->strata));
	splitter->strata[at] = (struct stratum) { .categories = rv_strdup(categories) };
	splitter->n_strata++;
	return &splitter->strata[at];
}

/* The split that is furthest behind its share of the samples of these categories. */
static enum rv_split choose_by_turn(struct sink_splitter *splitter, const struct rv_sample *sample)
{
	rv_str_clear(&splitter->key);
	put_categories(sample, &splitter->key);
	struct stratum *const stratum = find_stratum(splitter, splitter->key.ptr);
	uint64_t n = 1;
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		n += stratum->counts[split];
	}
	enum rv_split furthest = 0;
	__int128 most = 0;
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		const __int128 behind =
		        (__int128)splitter->shares[split] * n - (__int128)stratum->counts[split] * splitter->total;
		if (behind > most) {
			most = behind;
			furthest = split;
		}
	}
	stratum->counts[furthest]++;
	return furthest;
}

int sink_splitter_choose(struct sink_splitter *splitter, const struct rv_sample *sample, enum rv_split *split,
                         struct rv_err *err)
{
	if (splitter->is_balanced) {
		*split = choose_by_turn(splitter, sample);
		return 0;
	}
	return choose_by_hash(splitter, sample, split, err);
}
