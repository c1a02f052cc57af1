/* SPDX-License-Identifier: MIT */
/* Fuzzes distributions: each value that one gives is JSON, and the same for the same stream. */
#include "fuzz.h"

#include <string.h>

#include "json.h"
#include "seed/dist.h"

#define DRAWS 8

static void check_value(const struct rv_str *value)
{
	struct rv_err err = RV_ERR_INIT;
	FUZZ_CHECK(rv_scan_value(value->ptr, value->len, &err) == 0);
}

static void check_draws(const struct seed_dist *dist)
{
	struct rv_rng first, second;
	struct rv_str a = RV_STR_INIT, b = RV_STR_INIT;
	rv_rng_init(&first, 7, "x");
	rv_rng_init(&second, 7, "x");
	for (int i = 0; i < DRAWS; i++) {
		rv_str_clear(&a);
		rv_str_clear(&b);
		seed_dist_draw(dist, &first, &a);
		seed_dist_draw(dist, &second, &b);
		check_value(&a);
		FUZZ_CHECK(strcmp(a.ptr, b.ptr) == 0);
		rv_str_clear(&a);
		if (seed_dist_is_numeric(dist)) {
			seed_dist_quantile(dist, (double)i / DRAWS, &a);
			check_value(&a);
		}
	}
	rv_str_release(&a);
	rv_str_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct rv_str text = RV_STR_INIT;
	struct seed_dist dist = SEED_DIST_INIT;
	struct rv_err err = RV_ERR_INIT;
	rv_str_append(&text, (const char *)data, len);
	if (seed_dist_parse(&dist, text.ptr, &err) == 0) {
		check_draws(&dist);
	} else {
		FUZZ_CHECK(err.text[0]);
	}
	seed_dist_release(&dist);
	rv_str_release(&text);
	return 0;
}
