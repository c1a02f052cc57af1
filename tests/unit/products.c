/* SPDX-License-Identifier: MIT */
/* mask/product.h, settings.h, request.h: the list is in order; every setting has its place in one key; what --outputs
 * may name. */
#include "mask/product.h"

#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "check.h"
#include "file.h"
#include "mask/request_private.h"

/* ---- the list ---- */

static void list(void)
{
	for (size_t i = 0; i < mask_product_count; i++) {
		const struct mask_product *const product = mask_products[i];
		CHECK(mask_product_find(product->name) == i); /* no two have one name */
		CHECK(product->version > 0 && product->summary[0]);
		CHECK(product->make || product->annotate);
		CHECK(!product->annotate == !product->members);
		CHECK(!product->make == (!product->roles && !product->takes_rest));
		for (const char *const *name = product->stands_on; name && *name; name++) {
			CHECK(mask_product_find(*name) < i);
		}
	}
	CHECK(mask_product_find("dept") == MASK_NO_PRODUCT);
	/* Who writes a role is told by roles.def and by the products alike. */
	for (size_t i = 0; i < RV_ROLES; i++) {
		const bool is_ours = rv_roles[i].writer == RV_WRITER_MASK;
		if (!CHECK((mask_product_of_role(rv_roles[i].name) != MASK_NO_PRODUCT) == is_ours)) {
			printf("# %s\n", rv_roles[i].name);
		}
	}
}

static void passes(void)
{
	static const struct {
		const char *pass;
		int n_channels; /* -1: no pass */
	} rows[] = {
		{ "index", 1 },
		{ "depth", 1 },
		{ "material_index", 1 },
		{ "mask_shiny", 1 },
		{ "normal", 3 },
		{ "vector", 4 },
		{ "uv", 0 },
		{ "crypto_object", 0 },
		{ "volume_direct", 0 },
		{ "image", -1 },
		{ "passes", -1 },
		{ "composite", -1 },
		{ "instances", -1 },
		{ "alpha", -1 },
		{ "depth_preview", -1 },
		{ "flow_forward", -1 },
		{ "normal_camera", -1 },
		{ "flow_preview", -1 },
		{ "views", -1 },
		{ "frames", -1 },
		{ "distance", 1 },
		{ "edges", -1 },
		{ "panoptic", -1 },
		{ "mask_", -1 },
		{ "X", -1 },
		{ "../x", -1 },
		{ "", -1 },
	};
	for (size_t i = 0; i < RV_COUNTOF(rows); i++) {
		unsigned int n;
		const bool reads = mask_product_reads(rows[i].pass, &n);
		if (!CHECK(reads == (rows[i].n_channels >= 0) && (!reads || (int)n == rows[i].n_channels))) {
			printf("# %s\n", rows[i].pass);
		}
	}
	for (size_t i = 0; i < RV_ROLES; i++) {
		unsigned int n;
		CHECK(rv_roles[i].writer == RV_WRITER_MASK || !mask_product_reads(rv_roles[i].name, &n));
	}
}

/* ---- keys ---- */

static const char record_text[] =
        "{\"id\":\"a\",\"dir\":\"%s\",\"files\":{\"image\":\"Image.png\",\"passes\":\"passes.exr\",\"amodal_runs\":\"amodal_runs.json\",\"track_points\":\"track_points.npz\"},\"tracks\":[{\"index\":1,\"points\":2}],\"channels\":{"
        "\"index\":\"A.X\",\"depth\":\"D.Z\",\"material_index\":\"M.X\",\"mask_shiny\":\"S.X\",\"normal\":[\"N.X\","
        "\"N.Y\",\"N.Z\"],\"vector\":[\"V.X\",\"V.Y\",\"V.Z\",\"V.W\"],\"uv\":[\"U.U\",\"U.V\"],"
        "\"crypto_object\":[\"C00.r\",\"C00.g\"]},\"camera\":{\"K\":[[9,0,4],[0,9,4],[0,0,1]],"
        "\"matrix_world\":[[1,0,0,0],[0,1,0,0],[0,0,1,0],[0,0,0,1]]},"
        "\"objects\":[{\"index\":1,\"name\":\"A\",\"tags\":[\"b\"],\"box3d\":{\"pixels\":[[0,0],[0,1],[1,0],[1,1],"
        "[0,0],[0,1],[1,0],[1,1]]},\"keypoints\":[{\"name\":\"a\",\"pixel\":[1,2],\"depth\":3}]}],\"semantic_mask_threshold\":0.5,"
        "\"views\":[{\"name\":\"right\",\"files\":{\"image\":\"views/right/Image.png\",\"passes\":\"views/right/passes.exr\"},"
        "\"camera\":{\"K\":[[9,0,4],[0,9,4],[0,0,1]],\"matrix_world\":[[1,0,0,0.5],[0,1,0,0],[0,0,1,0],[0,0,0,1]]}}]}";

struct fixture {
	struct mask_settings settings;
	struct rv_record record;
	struct mask_request request;
};

static void begin(struct fixture *fixture)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	rv_str_printf(&text, record_text, check_dir());
	fixture->record = (struct rv_record)RV_RECORD_INIT;
	CHECK_OK(rv_record_parse(&fixture->record, text.ptr, text.len, &err), &err);
	CHECK_OK(rv_file_write(check_path(RV_BLEND_MARKER), "{\"key\":\"k\"}", 11, &err), &err);
	mask_settings_init(&fixture->settings, NULL);
	CHECK_OK(mask_settings_check(&fixture->settings, &err), &err);
	CHECK_OK(mask_request_init(&fixture->request, &fixture->settings, &fixture->record, &err), &err);
	rv_str_release(&text);
}

static void end(struct fixture *fixture)
{
	mask_request_release(&fixture->request);
	mask_settings_release(&fixture->settings);
	rv_record_release(&fixture->record);
}

/* What is made of a product: whether, which roles, under which key. */
static void put_state(const struct mask_request *request, size_t product, struct rv_str *state)
{
	rv_str_clear(state);
	if (request->is_wanted[product]) {
		rv_str_puts(state, request->keys[product]);
		for (size_t i = 0; i < request->views[0].n_outputs; i++) {
			if (request->views[0].outputs[i].product == product) {
				rv_str_printf(state, " %s", request->views[0].outputs[i].role);
			}
		}
	}
}

static bool stands_on(size_t product, size_t other)
{
	bool stands = product == other;
	for (const char *const *name = mask_products[product]->stands_on; !stands && name && *name; name++) {
		stands = stands_on(mask_product_find(*name), other);
	}
	return stands;
}

/* The request anew differs from *before in the products that stand on this one, and in no other. */
static void check_difference(const struct mask_request *before, const struct mask_request *after, size_t product,
                             const char *what)
{
	struct rv_str old = RV_STR_INIT, new = RV_STR_INIT;
	for (size_t i = 0; i < mask_product_count; i++) {
		put_state(before, i, &old);
		put_state(after, i, &new);
		const bool differs = strcmp(old.ptr, new.ptr) != 0;
		/* what stands on it, but is not wanted, has nothing to differ in */
		if (!CHECK(differs ? stands_on(i, product) : i != product)) {
			printf("# %s of %s: %s %s\n", what, mask_products[product]->name, mask_products[i]->name,
			       differs ? "differs" : "does not differ");
		}
	}
	rv_str_release(&old);
	rv_str_release(&new);
}

/* How many other values of an option are tried. */
static unsigned int count_values(const struct rv_option *option)
{
	unsigned int n = 1;
	while (option->kind == RV_OPT_CHOICES && option->choices[n]) {
		n++;
	}
	return n;
}

/* A text that an option takes: the first of those that are offered; without any, a list of names. */
static const char *text_for(const struct rv_option *option)
{
	return option->choices ? option->choices[0] : "box,panel,window";
}

/* Gives an option the n-th other value; called again, the one that it had. */
static void flip(const struct rv_option *option, unsigned int n)
{
	switch (option->kind) {
	case RV_OPT_FLAG:
		*(bool *)option->value = !*(bool *)option->value;
		break;
	case RV_OPT_U64:
		*(uint64_t *)option->value ^= 2;
		break;
	case RV_OPT_DOUBLE:
		*(double *)option->value = option->max - *(double *)option->value;
		break;
	case RV_OPT_STRING:
		*(const char **)option->value = *(const char **)option->value ? NULL : text_for(option);
		break;
	case RV_OPT_CHOICE:
		*(int *)option->value ^= 1;
		break;
	case RV_OPT_CHOICES:
		*(unsigned int *)option->value ^= 1U << n;
		break;
	default:
		CHECK(!"an option of a kind that this test can flip");
	}
}

/* Asks for every label, or no longer: what is not asked for has nothing that an option could change. Choices beside a
 * flag stay as they are: they imply it. */
static void ask_for_all(bool asks)
{
	for (size_t i = 0; i < mask_product_count; i++) {
		for (const struct rv_option *o = mask_products[i]->options; o && o->kind != RV_OPT_END; o++) {
			if (o->kind == RV_OPT_FLAG) {
				*(bool *)o->value = asks;
			} else if (o->kind == RV_OPT_CHOICES && !mask_products[i]->asked) {
				*(unsigned int *)o->value = asks ? (1U << count_values(o)) - 1 : 0;
			}
		}
	}
}

static void options(void)
{
	struct fixture before;
	size_t n_options = 0;
	ask_for_all(true);
	begin(&before);
	for (size_t i = 0; i < mask_product_count; i++) {
		for (const struct rv_option *o = mask_products[i]->options; o && o->kind != RV_OPT_END; o++) {
			const unsigned int n_values = count_values(o);
			for (unsigned int n = 0; n < n_values; n++, n_options++) {
				struct fixture after;
				flip(o, n);
				begin(&after);
				check_difference(&before.request, &after.request, i, o->name);
				end(&after);
				flip(o, n);
			}
		}
	}
	CHECK(n_options >= 6);
	/* all are as they were */
	struct fixture again;
	begin(&again);
	for (size_t i = 0; i < mask_product_count; i++) {
		CHECK_STR(again.request.keys[i], before.request.keys[i]);
	}
	end(&again);
	end(&before);
	ask_for_all(false);
}

static void versions(void)
{
	for (size_t i = 0; i < mask_product_count; i++) {
		struct fixture before, after;
		struct mask_product newer = *mask_products[i];
		begin(&before);
		begin(&after);
		newer.version++;
		mask_request_key(&after.request, i, &newer);
		for (size_t k = i + 1; k < mask_product_count; k++) {
			mask_request_key(&after.request, k, mask_products[k]);
		}
		for (size_t k = 0; k < mask_product_count; k++) {
			const bool differs = strcmp(before.request.keys[k], after.request.keys[k]) != 0;
			CHECK(differs == stands_on(k, i));
		}
		end(&before);
		end(&after);
	}
}

/* ---- settings ---- */

static bool names(const char *const *words, size_t n, const char *role)
{
	struct mask_settings settings;
	struct rv_err err = RV_ERR_INIT;
	bool is_named;
	mask_settings_init(&settings, NULL);
	for (size_t i = 0; i < n; i++) {
		RV_GROW(settings.given.items, settings.given.len, settings.given.cap);
		settings.given.items[settings.given.len++] = words[i];
	}
	CHECK_OK(mask_settings_check(&settings, &err), &err);
	const bool named = mask_settings_name(&settings, role, &is_named);
	CHECK(is_named == (n > 0));
	mask_settings_release(&settings);
	return named;
}

static void outputs(void)
{
	static const char *const words[] = { "depth,ao", "mask", "normal_camera" };
	static const char *const some[] = { "mask_a" };
	CHECK(!names(words, 0, "depth"));
	CHECK(names(words, 3, "depth") && names(words, 3, "ao") && names(words, 3, "mask_shiny"));
	CHECK(names(words, 3, "normal_camera") && !names(words, 3, "normal") && !names(words, 3, "depth_preview"));
	CHECK(names(some, 1, "mask_a") && !names(some, 1, "mask_b"));
}

static void bad_outputs(void)
{
	static const struct {
		const char *word, *part;
	} rows[] = {
		{ "dept", "--outputs: unknown role 'dept', did you mean 'depth'?" },
		{ "mask_", "unknown role 'mask_'" },
		{ "", "unknown role ''" },
		{ "passes", "unknown role 'passes'" },
		{ "blend", "unknown role 'blend'" },
		{ "depth,", "unknown role ''" },
	};
	for (size_t i = 0; i < RV_COUNTOF(rows); i++) {
		struct mask_settings settings;
		struct rv_err err = RV_ERR_INIT;
		mask_settings_init(&settings, NULL);
		RV_GROW(settings.given.items, settings.given.len, settings.given.cap);
		settings.given.items[settings.given.len++] = rows[i].word;
		CHECK_FAILS(mask_settings_check(&settings, &err), &err, RV_E_USAGE, rows[i].part);
		mask_settings_release(&settings);
	}
}

/* Every option of the table, given a value, is told as a word that another rv-mask takes. */
static void words(void)
{
	struct mask_settings settings;
	struct rv_str text = RV_STR_INIT;
	struct rv_json_out out;
	const struct rv_option *const table = mask_settings_init(&settings, NULL);
	rv_json_out_init(&out, &text);
	mask_settings_put(&settings, &out, NULL);
	CHECK_STR(text.ptr, "[]");
	for (const struct rv_option *o = table; o->kind != RV_OPT_END; o++) {
		if (o->kind != RV_OPT_LIST) {
			flip(o, 0);
		}
		rv_str_clear(&text);
		rv_json_out_init(&out, &text);
		mask_settings_put(&settings, &out, NULL);
		char word[64];
		snprintf(word, sizeof(word), "\"--%s", o->name);
		CHECK(!!strstr(text.ptr, word) == (o->kind != RV_OPT_LIST));
		if (o->kind != RV_OPT_LIST) {
			flip(o, 0);
		}
	}
	rv_str_release(&text);
	mask_settings_release(&settings);
}

CHECK_MODULE(products)
{
	check_case("each is in the list once, and writes what roles.def says", list);
	check_case("what is a pass, and of how many channels", passes);
	check_case("an option changes its product, and no other", options);
	check_case("a version changes its product's key, and no other", versions);
	check_case("what --outputs names", outputs);
	check_case("what --outputs may not name", bad_outputs);
	check_case("settings as words", words);
}
