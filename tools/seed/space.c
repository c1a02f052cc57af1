/* SPDX-License-Identifier: MIT */
/* Parameters: the product of grids, and draws. */
#include "space.h"

#include <inttypes.h>
#include <string.h>

#include "alloc.h"
#include "json.h"
#include "scan.h"

struct seed_param {
	struct rv_str key; /* "NAME": as JSON, with the colon */
	char *name;
	struct seed_values values; /* of a grid */
	struct seed_dist dist;     /* of a drawn one */
	bool spread;               /* takes a dimension of the Sobol sequence */
	unsigned int dimension;
	uint64_t shift;
};

static struct seed_param *add(struct seed_space *space, const char *item, const char *option, const char **value,
                              struct rv_err *err)
{
	const char *equals = strchr(item, '=');
	if (!equals || equals == item) {
		rv_fail(err, RV_E_USAGE, "%s '%s' is not of the form NAME=...", option, item);
		return NULL;
	}
	if (!rv_scan_is_utf8(item, (size_t)(equals - item))) {
		rv_fail(err, RV_E_USAGE, "%s '%s': the name is not UTF-8", option, item);
		return NULL;
	}
	size_t name_len = (size_t)(equals - item);
	for (size_t i = 0; i < space->n_params; i++) {
		if (strlen(space->params[i].name) == name_len && !memcmp(space->params[i].name, item, name_len)) {
			rv_fail(err, RV_E_USAGE, "%s: parameter '%s' is given twice", option, space->params[i].name);
			return NULL;
		}
	}
	struct seed_param *param = &space->params[space->n_params++];
	*param = (struct seed_param) { .key = RV_STR_INIT, .name = rv_strndup(item, name_len), .dist = SEED_DIST_INIT };
	rv_str_json(&param->key, item, name_len);
	rv_str_putc(&param->key, ':');
	*value = equals + 1;
	return param;
}

static int add_grid(struct seed_space *space, const char *item, struct rv_err *err)
{
	const char *value;
	struct seed_param *param = add(space, item, "--grid", &value, err);
	if (!param) {
		return -1;
	}
	if (seed_values_parse(&param->values, value, strlen(value), err) < 0) {
		return rv_fail_prefix(err, "--grid %s", param->name);
	}
	space->n_grids++;
	if (__builtin_mul_overflow(space->n_combinations, param->values.len, &space->n_combinations) ||
	    space->n_combinations > SEED_COMBINATIONS_MAX) {
		return rv_fail(err, RV_E_USAGE, "--grid: more than %" PRIu64 " combinations", SEED_COMBINATIONS_MAX);
	}
	return 0;
}

static int add_drawn(struct seed_space *space, const char *item, struct rv_err *err)
{
	const char *value;
	struct seed_param *param = add(space, item, "--param", &value, err);
	if (!param) {
		return -1;
	}
	return seed_dist_parse(&param->dist, value, err) < 0 ? rv_fail_prefix(err, "--param %s", param->name) : 0;
}

static int spread(struct seed_space *space, uint64_t key, struct rv_err *err)
{
	unsigned int dimensions = 0;
	for (size_t i = space->n_grids; i < space->n_params; i++) {
		struct seed_param *param = &space->params[i];
		if (!seed_dist_is_numeric(&param->dist)) {
			continue;
		}
		struct rv_rng rng;
		struct rv_str stream = RV_STR_INIT;
		rv_str_printf(&stream, "sobol/%s", param->name);
		rv_rng_init(&rng, key, stream.ptr);
		rv_str_release(&stream);
		param->spread = true;
		param->dimension = dimensions++;
		param->shift = rv_rng_u64(&rng) >> (64 - SEED_SOBOL_BITS);
	}
	if (dimensions == 0 || dimensions > SEED_SOBOL_DIMENSIONS) {
		return rv_fail(err, RV_E_USAGE,
		               "--sobol spreads 1 to %d numeric parameters (uniform, int, loguniform, normal), not %u",
		               SEED_SOBOL_DIMENSIONS, dimensions);
	}
	space->sobol = rv_alloc(sizeof(*space->sobol));
	seed_sobol_init(space->sobol);
	return 0;
}

int seed_space_init(struct seed_space *space, const struct rv_option_list *grids, const struct rv_option_list *params,
                    const uint64_t *sobol_key, struct rv_err *err)
{
	*space = (struct seed_space) { .n_combinations = 1 };
	space->params = rv_alloc_zero(grids->len + params->len + 1, sizeof(*space->params));
	int result = 0;
	for (size_t i = 0; i < grids->len && result == 0; i++) {
		result = add_grid(space, grids->items[i], err);
	}
	for (size_t i = 0; i < params->len && result == 0; i++) {
		result = add_drawn(space, params->items[i], err);
	}
	if (result == 0 && sobol_key) {
		result = spread(space, *sobol_key, err);
	}
	if (result < 0) {
		seed_space_release(space);
	}
	return result;
}

void seed_space_release(struct seed_space *space)
{
	for (size_t i = 0; i < space->n_params; i++) {
		rv_str_release(&space->params[i].key);
		free(space->params[i].name);
		seed_values_release(&space->params[i].values);
		seed_dist_release(&space->params[i].dist);
	}
	free(space->params);
	free(space->sobol);
	*space = (struct seed_space) { .n_combinations = 1 };
}

bool seed_space_is_empty(const struct seed_space *space)
{
	return space->n_params == 0;
}

static void put_drawn(const struct seed_space *space, const struct seed_param *param, uint64_t seed, uint64_t point,
                      struct rv_str *out)
{
	if (param->spread) {
		uint64_t bits = seed_sobol_bits(space->sobol, param->dimension, point) ^ param->shift;
		seed_dist_quantile(&param->dist, (double)bits * 0x1p-53, out);
		return;
	}
	struct rv_rng rng;
	struct rv_str stream = RV_STR_INIT;
	rv_str_printf(&stream, "param/%s", param->name);
	rv_rng_init(&rng, seed, stream.ptr);
	rv_str_release(&stream);
	seed_dist_draw(&param->dist, &rng, out);
}

void seed_space_put(const struct seed_space *space, uint64_t combination, uint64_t seed, uint64_t point,
                    struct rv_str *out)
{
	uint64_t left = space->n_combinations;
	rv_str_putc(out, '{');
	for (size_t i = 0; i < space->n_params; i++) {
		const struct seed_param *param = &space->params[i];
		if (i > 0) {
			rv_str_putc(out, ',');
		}
		rv_str_append(out, param->key.ptr, param->key.len);
		if (i < space->n_grids) {
			left /= param->values.len;
			rv_str_puts(out, param->values.items[combination / left % param->values.len]);
		} else {
			put_drawn(space, param, seed, point, out);
		}
	}
	rv_str_putc(out, '}');
}
