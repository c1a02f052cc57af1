/* SPDX-License-Identifier: MIT */
/* Cryptomatte: ids, coverages that add up to 1 at most, and attributes that other tools read. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "mask/crypto.h"
#include "mask/job.h"
#include "mask/pixels/coverage.h"

/* Names of all that may have been given a number. */
struct names {
	const char **items;
	size_t len;
};

static const char *const lists[] = { "objects", "lights", "materials" };

static bool has_pass(const struct mask_request *request)
{
	bool has = false;
	for (size_t i = 0; !has && i < request->n_views; i++) {
		has = mask_pass(&request->views[i], MASK_ROLE(CRYPTO_OBJECT)) ||
		      mask_pass(&request->views[i], MASK_ROLE(CRYPTO_MATERIAL)) ||
		      mask_pass(&request->views[i], MASK_ROLE(CRYPTO_ASSET));
	}
	return has;
}

static int take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err)
{
	(void)err;
	const struct rv_json record = request->sample.json;
	struct names *const names = rv_arena_alloc(arena, 1, sizeof(*names));
	size_t n = 0;
	*data = names;
	for (size_t k = 0; k < RV_COUNTOF(lists); k++) {
		n += rv_json_len(rv_json_get(record, lists[k]));
	}
	names->items = rv_arena_alloc(arena, n + 1, sizeof(*names->items));
	for (size_t k = 0; has_pass(request) && k < RV_COUNTOF(lists); k++) {
		const struct rv_json list = rv_json_get(record, lists[k]);
		n = rv_json_len(list);
		for (size_t i = 0; i < n; i++) {
			const char *const name = rv_json_string(rv_json_get(rv_json_at(list, i), "name"), NULL);
			if (name) {
				names->items[names->len++] = name;
			}
		}
	}
	return 0;
}

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	const struct names *const names = data;
	(void)request;
	for (size_t i = 0; i < names->len; i++) {
		rv_json_put_string(out, NULL, names->items[i]);
	}
}

/* The layer of "CryptoObject00.r": without its number and the channel. */
static void layer_of(const char *channel, struct rv_str *layer)
{
	const char *const dot = strrchr(channel, '.');
	size_t len = dot ? (size_t)(dot - channel) : strlen(channel);
	while (len > 0 && channel[len - 1] >= '0' && channel[len - 1] <= '9') {
		len--;
	}
	rv_str_append(layer, channel, len);
}

static int put(struct mask_job *job, const struct mask_pass *pass, struct rv_err *err)
{
	const struct names *const names = mask_data(job);
	struct rv_image *const images = mask_planes(job, pass->role);
	struct rv_exr_plane *const planes = rv_alloc_zero(pass->n_channels, sizeof(*planes));
	struct mask_crypto crypto;
	struct rv_str rendered = RV_STR_INIT, layer = RV_STR_INIT;
	mask_coverage_share(images, pass->n_channels);
	for (size_t i = 0; i < pass->n_channels; i++) {
		planes[i] = (struct rv_exr_plane) { .name = mask_channel_name(pass, i),
			                            .image = &images[i],
			                            .is_half = rv_exr_is_half(mask_opened_exr(&job->opened, pass),
			                                                      pass->channels[i]) };
	}
	layer_of(pass->channels[0], &rendered);
	layer_of(planes[0].name, &layer);
	mask_crypto_init(&crypto);
	mask_crypto_make(&crypto, layer.ptr, mask_opened_exr(&job->opened, pass), rendered.ptr, images,
	                 pass->n_channels, names->items, names->len);
	const int status =
	        mask_put_exr(job, pass->role, planes, pass->n_channels, crypto.texts, MASK_CRYPTO_TEXTS, err);
	mask_crypto_release(&crypto);
	rv_str_release(&rendered);
	rv_str_release(&layer);
	free(planes);
	return status;
}

static int make(struct mask_job *job, struct rv_err *err)
{
	const char *role;
	for (size_t at = 0; (role = mask_next_role(job, &at));) {
		if (put(job, mask_pass(job->view, role), err) < 0) {
			return -1;
		}
	}
	return 0;
}

static const struct mask_role roles[] = {
	{ .id = RV_ROLE_CRYPTO_OBJECT },
	{ .id = RV_ROLE_CRYPTO_MATERIAL },
	{ .id = RV_ROLE_CRYPTO_ASSET },
	{ .id = RV_ROLES },
};

const struct mask_product mask_product_cryptomatte = {
	.name = "cryptomatte",
	.summary = "ids and coverages of objects, materials and assets",
	.version = 2,
	.roles = roles,
	.holds_numbers = true,
	.take = take,
	.key = key,
	.make = make,
};
