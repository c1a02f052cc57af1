/* SPDX-License-Identifier: MIT */
/* Parts of objects: what of each is of a material, or within a semantic mask. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "mask/job.h"
#include "mask/products/mask_json.h"

#define THRESHOLD 0.5 /* of semantic channels, where the record gives none */

enum { MATERIAL, MASKS };
static const char *const choices[] = { [MATERIAL] = "material", [MASKS] = "masks", NULL };
static unsigned int chosen;
static bool by_material;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_CHOICES,
	  .name = "parts",
	  .value = &chosen,
	  .argument = "WHAT,...",
	  .help = "also tell box, area and mask of each object's parts: those of one material, those within a semantic "
	          "mask (masks)",
	  .choices = choices },
	{ .kind = RV_OPT_END },
};

static int check_choices(struct rv_err *err)
{
	(void)err;
	by_material = chosen & 1U << MATERIAL;
	return 0;
}

struct data {
	double threshold;
	const char **materials; /* names by index; NULL: none has it */
	size_t n_materials;
};

static int take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err)
{
	(void)err;
	const struct rv_json list = rv_json_get(request->sample.json, "materials");
	const size_t n = rv_json_len(list);
	struct data *const taken = rv_arena_alloc(arena, 1, sizeof(*taken));
	uint64_t index;
	taken->threshold = rv_json_number(rv_json_get(request->sample.json, "semantic_mask_threshold"), THRESHOLD);
	for (size_t i = 0; i < n; i++) {
		if (rv_json_u64(rv_json_get(rv_json_at(list, i), "index"), 1, RV_INDEX_MAX, &index)) {
			taken->n_materials = RV_MAX(taken->n_materials, (size_t)index + 1);
		}
	}
	taken->materials = rv_arena_alloc(arena, taken->n_materials + 1, sizeof(*taken->materials));
	for (size_t i = 0; i < n; i++) {
		const struct rv_json material = rv_json_at(list, i);
		if (rv_json_u64(rv_json_get(material, "index"), 1, RV_INDEX_MAX, &index)) {
			taken->materials[index] = rv_json_string(rv_json_get(material, "name"), NULL);
		}
	}
	*data = taken;
	return 0;
}

static void put_name(struct rv_json_out *out, const char *key, const char *name)
{
	if (name) {
		rv_json_put_string(out, key, name);
	} else {
		rv_json_put_raw(out, key, "null", 4);
	}
}

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	const struct data *const taken = data;
	(void)request;
	rv_json_put_u64(out, NULL, chosen);
	rv_json_put_double(out, NULL, taken->threshold);
	for (size_t i = 0; i < taken->n_materials; i++) {
		put_name(out, NULL, taken->materials[i]);
	}
}

/* ---- finding them ---------------------------------------------------------------------------------------------- */

/* JSON of the parts of each label, one after the other. */
struct texts {
	struct rv_str *items;
	const struct mask_labels *labels;
	size_t at; /* of the label that was found last: they come in rising order */
};

static void begin_part(struct texts *texts, uint32_t index, struct rv_json_out *out)
{
	const struct mask_label *const items = texts->labels->items;
	texts->at = texts->at < texts->labels->len && items[texts->at].index <= index ? texts->at : 0;
	while (items[texts->at].index != index) {
		texts->at++;
	}
	struct rv_str *const text = &texts->items[texts->at];
	rv_str_puts(text, text->len > 0 ? "," : "");
	rv_json_out_init(out, text);
	rv_json_open(out, NULL, '{');
}

static void end_part(const struct mask_label *part, struct rv_json_out *out)
{
	mask_product_put_area(part, out);
	mask_product_put_rle(&part->rle, out);
	rv_json_close(out, '}');
}

/* A pair of an object and a material. */
struct pair {
	uint32_t index, material;
};

static int by_pair(const void *a, const void *b)
{
	const struct pair *const left = a, *const right = b;
	return left->index != right->index ? (left->index > right->index) - (left->index < right->index)
	                                   : (left->material > right->material) - (left->material < right->material);
}

/* All pairs of the picture, sorted; *n of them, in memory to be freed. */
static struct pair *find_pairs(const struct rv_image *map, const struct rv_image *materials, size_t *n)
{
	const size_t n_pixels = (size_t)map->width * map->height;
	struct pair *pairs = NULL;
	size_t len = 0, cap = 0;
	for (size_t i = 0; i < n_pixels; i++) { /* where a run begins */
		const bool is_same =
		        i > 0 && map->u16[i] == map->u16[i - 1] && materials->u16[i] == materials->u16[i - 1];
		if (!is_same && map->u16[i] > 0 && materials->u16[i] > 0) {
			RV_GROW(pairs, len, cap);
			pairs[len++] = (struct pair) { map->u16[i], materials->u16[i] };
		}
	}
	if (len > 1) {
		qsort(pairs, len, sizeof(*pairs), by_pair);
	}
	*n = 0;
	for (size_t i = 0; i < len; i++) {
		if (*n == 0 || by_pair(&pairs[*n - 1], &pairs[i]) != 0) {
			pairs[(*n)++] = pairs[i];
		}
	}
	return pairs;
}

/* A map (F32) of 1 + the place of each pixel's pair, 0 where there is none. */
static int number_pairs(const struct rv_image *map, const struct rv_image *materials, const struct pair *pairs,
                        size_t n, struct rv_image *out, struct rv_err *err)
{
	const size_t n_pixels = (size_t)map->width * map->height;
	struct pair last = { 0, 0 };
	float number = 0;
	if (n > RV_INDEX_MAX) {
		return rv_fail(err, RV_E_LIMIT, "a picture has %zu parts by material, at most %d", n, RV_INDEX_MAX);
	}
	if (rv_image_init(out, map->width, map->height, 1, RV_PIXEL_F32, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < n_pixels; i++) {
		const struct pair pair = { map->u16[i], materials->u16[i] };
		if (by_pair(&pair, &last) != 0) {
			const struct pair *const found =
			        n == 0 ? NULL : bsearch(&pair, pairs, n, sizeof(pair), by_pair);
			number = found ? (float)(found - pairs + 1) : 0;
			last = pair;
		}
		out->f32[i] = number;
	}
	return 0;
}

static int find_materials(struct mask_job *job, struct texts *texts, struct rv_err *err)
{
	const struct data *const data = mask_data(job);
	const struct rv_image *const plane = mask_planes(job, MASK_ROLE(MATERIAL_INDEX));
	struct rv_image *const materials = &job->scratch->map, *const numbers = &job->scratch->vectors[0];
	struct mask_labels *const parts = &job->scratch->parts;
	struct rv_json_out out;
	size_t n;
	if (!plane) {
		return 0;
	}
	if (mask_index_map(plane, materials, err) < 0) {
		return mask_fail_pass(job, MASK_ROLE(MATERIAL_INDEX), err);
	}
	struct pair *const pairs = find_pairs(&texts->labels->map, materials, &n);
	int status = number_pairs(&texts->labels->map, materials, pairs, n, numbers, err);
	if (status == 0) {
		status = mask_labels_from(numbers, parts, err);
	}
	for (size_t i = 0; status == 0 && i < parts->len; i++) {
		const struct pair pair = pairs[parts->items[i].index - 1];
		begin_part(texts, pair.index, &out);
		put_name(&out, "material", pair.material < data->n_materials ? data->materials[pair.material] : NULL);
		rv_json_put_u64(&out, "index", pair.material);
		end_part(&parts->items[i], &out);
	}
	free(pairs);
	return status;
}

/* Of one semantic channel. */
static int find_mask(struct mask_job *job, const char *role, struct texts *texts, struct rv_err *err)
{
	const struct data *const data = mask_data(job);
	const struct rv_image *const map = &texts->labels->map, *const plane = mask_planes(job, role);
	struct rv_image *const within = &job->scratch->vectors[0];
	struct mask_labels *const parts = &job->scratch->parts;
	const double threshold = mask_are_raw(job, role) ? data->threshold : 0; /* else they are masks already */
	const size_t n = (size_t)map->width * map->height;
	struct rv_json_out out;
	if (rv_image_init(within, map->width, map->height, 1, RV_PIXEL_F32, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		within->f32[i] = (double)plane->f32[i] > threshold ? (float)map->u16[i] : 0;
	}
	if (mask_labels_from(within, parts, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < parts->len; i++) {
		begin_part(texts, parts->items[i].index, &out);
		rv_json_put_string(&out, "mask", role + strlen("mask_"));
		end_part(&parts->items[i], &out);
	}
	return 0;
}

static int measure(struct mask_job *job, const struct mask_labels *labels, const void **found, struct rv_err *err)
{
	const char **const all = rv_arena_alloc(job->arena, labels->len + 1, sizeof(*all));
	struct texts texts = { .items = rv_alloc_zero(labels->len + 1, sizeof(*texts.items)), .labels = labels };
	for (size_t i = 0; i < labels->len; i++) {
		rv_str_init(&texts.items[i]);
	}
	int status = chosen & 1U << MATERIAL ? find_materials(job, &texts, err) : 0;
	for (size_t i = 0; status == 0 && chosen & 1U << MASKS && i < job->view->n_passes; i++) {
		const char *const role = job->view->passes[i].role;
		if (rv_role_is(role, RV_ROLE_SEMANTIC_MASK)) {
			status = find_mask(job, role, &texts, err);
		}
	}
	for (size_t i = 0; i < labels->len; i++) {
		all[i] = rv_arena_strndup(job->arena, texts.items[i].ptr, texts.items[i].len);
		rv_str_release(&texts.items[i]);
	}
	free(texts.items);
	*found = all;
	return status;
}

static void annotate(const struct mask_job *job, const struct mask_label *label, struct rv_json_out *out)
{
	const char *const *const all = mask_found(job);
	const char *const text = rv_arena_printf(job->arena, "[%s]", all[label - job->scratch->labels.items]);
	rv_json_put_raw(out, "parts", text, strlen(text));
}

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLE_MATERIAL_INDEX, .n_channels = 1, .is_optional = true, .asked = &by_material },
	{ .pass = RV_ROLE_SEMANTIC_MASK, .n_channels = 1, .is_optional = true },
	{ .pass = RV_ROLES },
};

static const char *const stands_on[] = { "annotations", "semantic", NULL };

static const char *const members[] = { "parts", NULL };

const struct mask_product mask_product_parts = {
	.name = "parts",
	.summary = "parts of each object, by material and by semantic mask",
	.version = 1,
	.members = members,
	.reads = reads,
	.options = options,
	.stands_on = stands_on,
	.check = check_choices,
	.chosen = &chosen,
	.take = take,
	.key = key,
	.measure = measure,
	.annotate = annotate,
};
