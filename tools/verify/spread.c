/* SPDX-License-Identifier: MIT */
/* How samples are spread: see spread.h. */
#include "verify/spread.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "alloc.h"
#include "filter.h"
#include "verify/limits.h"
#include "verify/sort.h"

#define SAMPLES_MIN 20 /* in fewer an order is no evidence */
#define ALL "."        /* the path of what is of all samples */

struct category {
	char *name;
	uint64_t n_objects, n_samples; /* of it; whose largest object is of it */
};

struct verify_spread {
	pthread_mutex_t lock;
	const struct rv_expression *group_by;
	struct rv_sorter *splits;    /* "KIND VALUE\0SPLIT\0ID" */
	struct rv_sorter *order;     /* "INDEX ID\0CATEGORY" */
	struct category *categories; /* by name */
	size_t len, cap;
};

struct verify_spread *verify_spread_new(const struct rv_expression *group_by)
{
	struct verify_spread *const spread = rv_alloc_zero(1, sizeof(*spread));
	pthread_mutex_init(&spread->lock, NULL);
	spread->group_by = group_by;
	spread->splits = verify_sorter_new();
	spread->order = verify_sorter_new();
	return spread;
}

void verify_spread_free(struct verify_spread *spread)
{
	if (!spread) {
		return;
	}
	for (size_t i = 0; i < spread->len; i++) {
		free(spread->categories[i].name);
	}
	free(spread->categories);
	rv_sorter_free(spread->splits);
	rv_sorter_free(spread->order);
	pthread_mutex_destroy(&spread->lock);
	free(spread);
}

/* ---- samples ----------------------------------------------------------------------------------------------------- */

static struct category *find_category(struct verify_spread *spread, const char *name)
{
	size_t low = 0, high = spread->len;
	while (low < high) {
		const size_t middle = (low + high) / 2;
		const int order = strcmp(spread->categories[middle].name, name);
		if (order == 0) {
			return &spread->categories[middle];
		}
		low = order < 0 ? middle + 1 : low;
		high = order < 0 ? high : middle;
	}
	RV_GROW(spread->categories, spread->len, spread->cap);
	memmove(&spread->categories[low + 1], &spread->categories[low],
	        (spread->len++ - low) * sizeof(*spread->categories));
	spread->categories[low] = (struct category) { .name = rv_strdup(name) };
	return &spread->categories[low];
}

static int add_split(struct verify_spread *spread, const struct rv_sample *sample, char kind, const char *value,
                     struct rv_err *err)
{
	struct rv_str line = RV_STR_INIT;
	rv_str_printf(&line, "%c%s%c%s%c%s", kind, value, '\0', sample->split, '\0', sample->id);
	const int status = rv_sorter_add(spread->splits, line.ptr, line.len, err);
	rv_str_release(&line);
	return status;
}

static int add_splits(struct verify_spread *spread, const struct rv_sample *sample, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	uint64_t seed;
	int status = 0;
	if (rv_json_u64(rv_json_get(sample->json, "seed"), 0, UINT64_MAX, &seed)) {
		rv_str_put_u64(&text, seed);
		status = add_split(spread, sample, 's', text.ptr, err);
	}
	if (status == 0 && spread->group_by) {
		status = rv_expression_value(spread->group_by, sample->record, &text, err);
		if (status == 0 && strcmp(text.ptr, "null") != 0) {
			status = add_split(spread, sample, 'g', text.ptr, err);
		}
	}
	rv_str_release(&text);
	return status;
}

/* Counts the objects of all pictures; returns the category of the largest, or NULL. */
static const char *count_objects(struct verify_spread *spread, const struct rv_sample *sample)
{
	const char *largest = NULL;
	uint64_t largest_px = 0;
	for (size_t i = 0; i < sample->n_pictures; i++) {
		const struct rv_picture *const picture = &sample->pictures[i];
		for (size_t k = 0; k < picture->n_annotations; k++) {
			const struct rv_annotation *const annotation = &picture->annotations[k];
			if (!annotation->category) {
				continue;
			}
			find_category(spread, annotation->category)->n_objects++;
			if (annotation->area_px > largest_px) {
				largest_px = annotation->area_px;
				largest = annotation->category;
			}
		}
	}
	return largest;
}

static int add_order(struct verify_spread *spread, const struct rv_sample *sample, const char *category,
                     struct rv_err *err)
{
	struct rv_str line = RV_STR_INIT;
	uint64_t index = 0;
	(void)rv_json_u64(rv_json_get(sample->json, "index"), 0, UINT64_MAX, &index);
	rv_str_printf(&line, "%016" PRIx64 " %s%c%s", index, sample->id, '\0', category);
	const int status = rv_sorter_add(spread->order, line.ptr, line.len, err);
	rv_str_release(&line);
	return status;
}

int verify_spread_add(struct verify_spread *spread, const struct rv_sample *sample, struct rv_err *err)
{
	pthread_mutex_lock(&spread->lock);
	int status = sample->split ? add_splits(spread, sample, err) : 0;
	const char *const category = count_objects(spread, sample);
	if (status == 0 && category) {
		find_category(spread, category)->n_samples++;
		status = add_order(spread, sample, category, err);
	}
	pthread_mutex_unlock(&spread->lock);
	return status;
}

/* ---- splits ------------------------------------------------------------------------------------------------------ */

/* The lines of one value follow each other, split by split. */
static int check_splits(struct verify_spread *spread, struct verify_problems *problems, struct rv_err *err)
{
	struct rv_span line;
	struct rv_str first = RV_STR_INIT;
	int got;
	while ((got = rv_sorter_next(spread->splits, &line, err)) > 0) {
		const char *const split = line.ptr + strlen(line.ptr) + 1, *const id = split + strlen(split) + 1;
		const size_t id_len = (size_t)(line.ptr + line.len - id);
		if (first.len == 0 || strcmp(first.ptr, line.ptr) != 0) {
			rv_str_clear(&first);
			rv_str_append(&first, line.ptr, line.len);
			continue;
		}
		const char *const first_split = first.ptr + strlen(first.ptr) + 1;
		if (strcmp(first_split, split) != 0) {
			struct rv_str path = RV_STR_INIT;
			rv_str_append(&path, id, id_len);
			verify_problems_add(problems, line.ptr[0] == 's' ? VERIFY_LEAK_SEED : VERIFY_LEAK_GROUP,
			                    path.ptr, "%s %s of %s is that of '%s' of %s",
			                    line.ptr[0] == 's' ? "seed" : "group", line.ptr + 1, split,
			                    first_split + strlen(first_split) + 1, first_split);
			rv_str_release(&path);
		}
	}
	rv_str_release(&first);
	return got;
}

/* ---- order ------------------------------------------------------------------------------------------------------- */

/* n (n - 1) (n - 2) ..., of k factors. */
static double falling(double n, int k)
{
	double product = 1;
	for (int i = 0; i < k; i++) {
		product *= n - i;
	}
	return product;
}

/* Of n samples in a random order: how often neighbours have one category, and the standard deviation of that. */
static double expect_runs(const struct verify_spread *spread, double n, double *deviation)
{
	double pairs = 0, triples = 0, quadruples = 0, squares = 0;
	for (size_t i = 0; i < spread->len; i++) {
		const double count = (double)spread->categories[i].n_samples, two = falling(count, 2);
		pairs += two;
		triples += falling(count, 3);
		quadruples += falling(count, 4);
		squares += two * two;
	}
	const double expected = pairs / n;
	const double both_apart = (quadruples + pairs * pairs - squares) / falling(n, 4);
	const double variance =
	        expected + 2 * (n - 2) * triples / falling(n, 3) + (n - 2) * (n - 3) * both_apart - expected * expected;
	*deviation = sqrt(fmax(variance, 0));
	return expected;
}

static int check_order(struct verify_spread *spread, struct verify_problems *problems, struct rv_err *err)
{
	struct rv_span line;
	struct rv_str before = RV_STR_INIT;
	uint64_t n = 0, n_runs = 0;
	int got;
	while ((got = rv_sorter_next(spread->order, &line, err)) > 0) {
		const char *const category = line.ptr + strlen(line.ptr) + 1;
		const size_t len = (size_t)(line.ptr + line.len - category);
		n_runs += n > 0 && before.len == len && memcmp(before.ptr, category, len) == 0;
		rv_str_clear(&before);
		rv_str_append(&before, category, len);
		n++;
	}
	rv_str_release(&before);
	if (got == 0 && n >= SAMPLES_MIN) {
		double deviation;
		const double expected = expect_runs(spread, (double)n, &deviation);
		if (((double)n_runs - expected) > verify_limit(VERIFY_LIMIT_RUNS) * deviation && deviation > 0) {
			verify_problems_add(problems, VERIFY_ORDER_SORTED, ALL,
			                    "%" PRIu64 " of %" PRIu64
			                    " neighbours have one category, by chance it were %.0f",
			                    n_runs, n - 1, expected);
		}
	}
	return got;
}

/* ---- balance ----------------------------------------------------------------------------------------------------- */

static void check_balance(const struct verify_spread *spread, struct verify_problems *problems)
{
	const struct category *most = NULL, *least = NULL;
	for (size_t i = 0; i < spread->len; i++) {
		const struct category *const category = &spread->categories[i];
		most = !most || category->n_objects > most->n_objects ? category : most;
		least = !least || category->n_objects < least->n_objects ? category : least;
	}
	if (most && (double)most->n_objects > verify_limit(VERIFY_LIMIT_BALANCE) * (double)least->n_objects) {
		verify_problems_add(problems, VERIFY_BALANCE_CATEGORY, ALL,
		                    "'%s' has %" PRIu64 " objects, '%s' has %" PRIu64, most->name, most->n_objects,
		                    least->name, least->n_objects);
	}
}

int verify_spread_end(struct verify_spread *spread, struct verify_problems *problems, struct rv_err *err)
{
	check_balance(spread, problems);
	return check_splits(spread, problems, err) < 0 || check_order(spread, problems, err) < 0 ? -1 : 0;
}
