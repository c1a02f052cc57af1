/* SPDX-License-Identifier: MIT */
/* Parameters: the product of grids, and draws. */
#include "space.h"

#include <inttypes.h>
#include <string.h>

#include "alloc.h"
#include "json.h"
#include "scan.h"

struct rv_param {
	struct rv_str key; /* "NAME": as JSON, with the colon */
	char *name;
	struct rv_values values; /* of a grid */
	struct rv_dist dist;     /* of a drawn one */
	bool spread;             /* takes a dimension of the Sobol sequence */
	unsigned int dimension;
	uint64_t shift;
};

static struct rv_param *add(struct rv_space *space, const char *item, const char *option, const char **value,
                            struct rv_err *err)
{
	const char *equals = strchr(item, '=');
	if (!equals || equals == item) {
		rv_fail(err, RV_E_USAGE, "%s '%s' is not of the form NAME=...", option, item);
		return NULL;
	}
	for (const char *at = item; at < equals;) {
		size_t n = rv_scan_utf8(at, (size_t)(equals - at));
		if (n == 0) {
			rv_fail(err, RV_E_USAGE, "%s '%s': the name is not UTF-8", option, item);
			return NULL;
		}
		at += n;
	}
	size_t name_len = (size_t)(equals - item);
	for (size_t i = 0; i < space->n_params; i++) {
		if (strlen(space->params[i].name) == name_len && !memcmp(space->params[i].name, item, name_len)) {
			rv_fail(err, RV_E_USAGE, "%s: parameter '%s' is given twice", option, space->params[i].name);
			return NULL;
		}
	}
	struct rv_param *param = &space->params[space->n_params++];
	*param = (struct rv_param) { .key = RV_STR_INIT, .name = rv_strndup(item, name_len), .dist = RV_DIST_INIT };
	rv_str_json(&param->key, item, name_len);
	rv_str_putc(&param->key, ':');
	*value = equals + 1;
	return param;
}

static int add_grid(struct rv_space *space, const char *item, struct rv_err *err)
{
	const char *value;
	struct rv_param *param = add(space, item, "--grid", &value, err);
	if (!param) {
		return -1;
	}
	if (rv_values_parse(&param->values, value, strlen(value), err) < 0) {
		return rv_fail_prefix(err, "--grid %s", param->name);
	}
	space->n_grids++;
	if (__builtin_mul_overflow(space->n_combinations, param->values.len, &space->n_combinations) ||
	    space->n_combinations > RV_COMBINATIONS_MAX) {
		return rv_fail(err, RV_E_USAGE, "--grid: more than %" PRIu64 " combinations", RV_COMBINATIONS_MAX);
	}
	return 0;
}

static int add_drawn(struct rv_space *space, const char *item, struct rv_err *err)
{
	const char *value;
	struct rv_param *param = add(space, item, "--param", &value, err);
	if (!param) {
		return -1;
	}
	return rv_dist_parse(&param->dist, value, err) < 0 ? rv_fail_prefix(err, "--param %s", param->name) : 0;
}

static int spread(struct rv_space *space, uint64_t key, struct rv_err *err)
{
	unsigned int dimensions = 0;
	for (size_t i = space->n_grids; i < space->n_params; i++) {
		struct rv_param *param = &space->params[i];
		if (!rv_dist_is_numeric(&param->dist)) {
			continue;
		}
		struct rv_rng rng;
		struct rv_str stream = RV_STR_INIT;
		rv_str_printf(&stream, "sobol/%s", param->name);
		rv_rng_init(&rng, key, stream.ptr);
		rv_str_release(&stream);
		param->spread = true;
		param->dimension = dimensions++;
		param->shift = rv_rng_u64(&rng) >> (64 - RV_SOBOL_BITS);
	}
	if (dimensions == 0 || dimensions > RV_SOBOL_DIMENSIONS) {
		return rv_fail(err, RV_E_USAGE,
		               "--sobol spreads 1 to %d numeric parameters (uniform, int, loguniform, normal), not %u",
		               RV_SOBOL_DIMENSIONS, dimensions);
	}
	space->sobol = rv_alloc(sizeof(*space->sobol));
	rv_sobol_init(space->sobol);
	return 0;
}

int rv_space_init(struct rv_space *space, const struct rv_option_list *grids, const struct rv_option_list *params,
                  const uint64_t *sobol_key, struct rv_err *err)
{
	*space = (struct rv_space) { .n_combinations = 1 };
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
		rv_space_release(space);
	}
	return result;
}

void rv_space_release(struct rv_space *space)
{
	for (size_t i = 0; i < space->n_params; i++) {
		rv_str_release(&space->params[i].key);
		free(space->params[i].name);
		rv_values_release(&space->params[i].values);
		rv_dist_release(&space->params[i].dist);
	}
	free(space->params);
	free(space->sobol);
	*space = (struct rv_space) { .n_combinations = 1 };
}

bool rv_space_is_empty(const struct rv_space *space)
{
	return space->n_params == 0;
}

static void put_drawn(const struct rv_space *space, const struct rv_param *param, uint64_t seed, uint64_t point,
                      struct rv_str *out)
{
	if (param->spread) {
		uint64_t bits = rv_sobol_bits(space->sobol, param->dimension, point) ^ param->shift;
		rv_dist_quantile(&param->dist, (double)bits * 0x1p-53, out);
		return;
	}
	struct rv_rng rng;
	struct rv_str stream = RV_STR_INIT;
	rv_str_printf(&stream, "param/%s", param->name);
	rv_rng_init(&rng, seed, stream.ptr);
	rv_str_release(&stream);
	rv_dist_draw(&param->dist, &rng, out);
}

void rv_space_put(const struct rv_space *space, uint64_t combination, uint64_t seed, uint64_t point, struct rv_str *out)
{
	uint64_t left = space->n_combinations;
	rv_str_putc(out, '{');
	for (size_t i = 0; i < space->n_params; i++) {
		const struct rv_param *param = &space->params[i];
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
