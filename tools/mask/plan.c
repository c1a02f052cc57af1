/* SPDX-License-Identifier: MIT */
/* What is to be done for a sample. */
#include "mask/plan.h"

#include <stdlib.h>
#include <string.h>

/* ---- where files lie ------------------------------------------------------------------------------------------- */

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct mask_place *)a)->path, ((const struct mask_place *)b)->path);
}

static void add_places(struct mask_plan *plan, const struct mask_view *view, struct mask_output *output)
{
	struct rv_str path = RV_STR_INIT;
	for (size_t i = 0; i < (output->is_of_view ? 1 : view->n_pictures); i++) {
		rv_str_clear(&path);
		mask_path(view, &view->pictures[i], output->role, &path);
		plan->places[plan->n_places++] =
		        (struct mask_place) { .path = rv_arena_strndup(&plan->arena, path.ptr, path.len),
			                      .output = output };
	}
	rv_str_release(&path);
}

static void find_places(struct mask_plan *plan)
{
	const struct mask_request *const request = plan->request;
	size_t n = 0;
	for (size_t i = 0; i < request->n_views; i++) {
		n += request->views[i].n_outputs * request->views[i].n_pictures;
	}
	plan->places = rv_arena_alloc(&plan->arena, n + 1, sizeof(*plan->places));
	for (size_t i = 0; i < request->n_views; i++) {
		for (size_t k = 0; k < request->views[i].n_outputs; k++) {
			add_places(plan, &request->views[i], &request->views[i].outputs[k]);
		}
	}
	if (plan->n_places > 1) {
		qsort(plan->places, plan->n_places, sizeof(*plan->places), by_path);
	}
}

static struct mask_output *find_place(const struct mask_plan *plan, const char *path)
{
	const struct mask_place key = { .path = path };
	const struct mask_place *const found =
	        plan->n_places == 0 ? NULL : bsearch(&key, plan->places, plan->n_places, sizeof(key), by_path);
	return found ? found->output : NULL;
}

struct mask_output *mask_plan_output(const struct mask_plan *plan, const char *path)
{
	const char *const slash = strrchr(path, '/');
	struct mask_output *output = find_place(plan, path);
	if (!output && slash) {
		struct rv_str folder = RV_STR_INIT;
		rv_str_append(&folder, path, (size_t)(slash - path) + 1);
		output = find_place(plan, folder.ptr);
		rv_str_release(&folder);
	}
	return output;
}

/* ---- what is wanted against what is there ---------------------------------------------------------------------- */

static bool is_there(const struct mask_listed *file, const struct mask_output *output)
{
	return file && file->product == output->product && file->is_there;
}

/* An output is made when the file of one of its pictures is not there, as its present key has it. Of a folder it is the
 * marker that tells which files there are. */
static void find_outputs(struct mask_plan *plan)
{
	const struct mask_state *const state = plan->state;
	for (size_t i = 0; i < plan->n_places; i++) {
		struct mask_output *const output = plan->places[i].output;
		output->is_made |= output->is_folder ? !state->is_valid[output->product]
		                                     : !is_there(mask_state_find(state, plan->places[i].path), output);
	}
	for (size_t i = 0; i < state->n_files; i++) {
		struct mask_output *const output = mask_plan_output(plan, state->files[i].path);
		if (output && output->is_folder) {
			output->is_made |= !is_there(&state->files[i], output);
		}
	}
	for (size_t i = 0; i < plan->n_places; i++) {
		plan->makes_files |= plan->places[i].output->is_made;
	}
}

/* Annotations are made as a whole: when one product's members are not as they should be, all are. */
static void find_annotations(struct mask_plan *plan)
{
	const struct mask_state *const state = plan->state;
	plan->makes_annotations = !state->annotations;
	for (size_t i = 0; i < mask_product_count; i++) {
		if (mask_products[i]->annotate) {
			plan->makes_annotations |=
			        plan->request->is_wanted[i] ? !state->is_valid[i] : state->is_known[i];
		}
	}
}

bool mask_plan_keeps(const struct mask_plan *plan, const struct mask_listed *file)
{
	const struct mask_output *const output = mask_plan_output(plan, file->path);
	return output && !output->is_made && is_there(file, output);
}

static bool keeps_all(const struct mask_plan *plan)
{
	bool all = true;
	for (size_t i = 0; all && i < plan->state->n_files; i++) {
		all = mask_plan_keeps(plan, &plan->state->files[i]);
	}
	return all;
}

/* ---- what it is made of ---------------------------------------------------------------------------------------- */

static int fail_passes(const struct mask_plan *plan, const struct rv_str *missing, struct rv_err *err)
{
	if (plan->state->has_marker) {
		rv_fail(err, RV_E_PASSES_GONE,
		        "'%s' is gone, and the labels that are there are not these (other settings, or files that "
		        "changed): the sample has to be rendered again",
		        missing->ptr);
	} else {
		rv_fail(err, RV_E_MISSING_FILE, "'%s' is not there", missing->ptr);
	}
	return -1;
}

static int find_values(struct mask_plan *plan, struct rv_err *err)
{
	const struct mask_request *const request = plan->request;
	struct rv_str missing = RV_STR_INIT;
	const bool has_passes = mask_state_has_passes(request, &missing);
	bool found = has_passes || !request->settings->keeps_passes;
	plan->values = rv_arena_alloc(&plan->arena, request->n_views, sizeof(*plan->values));
	plan->others = rv_arena_alloc(&plan->arena, request->n_views, sizeof(*plan->others));
	for (size_t i = 0; found && i < request->n_views; i++) {
		found = mask_values_find(request, &request->views[i], plan->state, has_passes, plan->makes_annotations,
		                         &plan->arena, &plan->values[i]) == 0 &&
		        mask_values_find_others(request, &request->views[i], plan->state, has_passes, &plan->arena,
		                                &plan->others[i]) == 0;
	}
	const int status = found ? 0 : fail_passes(plan, &missing, err);
	rv_str_release(&missing);
	return status;
}

int mask_plan_init(struct mask_plan *plan, const struct mask_request *request, const struct mask_state *state,
                   struct rv_err *err)
{
	*plan = (struct mask_plan) { .request = request, .state = state, .arena = RV_ARENA_INIT };
	find_places(plan);
	find_outputs(plan);
	find_annotations(plan);
	plan->is_done = !plan->makes_files && !plan->makes_annotations && keeps_all(plan);
	return plan->is_done && !request->settings->keeps_passes ? 0 : find_values(plan, err);
}

void mask_plan_release(struct mask_plan *plan)
{
	rv_arena_release(&plan->arena);
}
