/* SPDX-License-Identifier: MIT */
/* The digest of everything that decides what the labels are. What else a record holds only goes into _meta.json. */
#include "json.h"
#include "mask/request.h"

void mask_put_settings(const struct mask_settings *settings, struct rv_json_out *out)
{
	rv_json_open(out, "settings", '{');
	rv_json_put_bool(out, "instances", settings->instances);
	rv_json_put_bool(out, "preview", !settings->no_preview);
	rv_json_put_bool(out, "keep_passes", settings->keep_passes);
	rv_json_put_bool(out, "normals_camera", settings->normals_camera);
	rv_json_put_bool(out, "normals_unit", settings->normals_unit);
	rv_json_put_bool(out, "flo", settings->flow_flo);
	rv_json_put_bool(out, "kitti", settings->flow_kitti);
	rv_json_put_u64(out, "min_area", settings->min_area_px);
	rv_json_open(out, "outputs", '[');
	for (size_t i = 0; i < settings->outputs.len; i++) {
		rv_json_put_string(out, NULL, settings->outputs.items[i]);
	}
	rv_json_close(out, ']');
	rv_json_close(out, '}');
}

static void put_bounds(const struct mask_bounds_list *list, struct rv_json_out *out)
{
	rv_json_open(out, NULL, '[');
	for (size_t i = 0; i < list->len; i++) {
		const struct mask_bounds *const bounds = &list->items[i];
		rv_json_put_u64(out, NULL, bounds->index);
		rv_json_put_bool(out, NULL, bounds->is_known);
		if (bounds->is_known) {
			rv_json_put_double(out, NULL, bounds->left);
			rv_json_put_double(out, NULL, bounds->top);
			rv_json_put_double(out, NULL, bounds->right);
			rv_json_put_double(out, NULL, bounds->bottom);
		}
	}
	rv_json_close(out, ']');
}

static void put_frames(const struct mask_request *request, struct rv_json_out *out)
{
	rv_json_put_bool(out, "sequence", request->is_sequence);
	rv_json_open(out, "frames", '[');
	for (size_t i = 0; i < request->n_frames; i++) {
		const struct mask_frame *const frame = &request->frames[i];
		rv_json_put_string(out, NULL, frame->name);
		rv_json_put_bool(out, NULL, frame->image);
		rv_json_put_bool(out, NULL, frame->has_own_camera);
		put_bounds(&frame->bounds, out);
		for (size_t k = 0; request->settings->normals_camera && frame->has_camera && k < 9; k++) {
			rv_json_put_double(out, NULL, frame->camera[k / 3][k % 3]);
		}
	}
	rv_json_close(out, ']');
}

static void put_channels(const struct mask_request *request, struct rv_json_out *out)
{
	rv_json_put_string(out, "index", request->index.ptr);
	rv_json_put_string(out, "depth", request->depth.ptr);
	rv_json_put_string(out, "material_index", request->material.ptr);
	rv_json_put_double(out, "threshold", request->threshold);
	rv_json_open(out, "semantic", '[');
	for (size_t i = 0; i < request->n_semantic; i++) {
		rv_json_put_string(out, NULL, request->semantic[i].name);
		rv_json_put_string(out, NULL, request->semantic[i].channel);
	}
	rv_json_close(out, ']');
	rv_json_open(out, "passes", '[');
	for (size_t i = 0; i < request->n_passes; i++) {
		rv_json_open(out, NULL, '[');
		rv_json_put_string(out, NULL, request->passes[i].role);
		for (size_t k = 0; k < request->passes[i].n_channels; k++) {
			rv_json_put_string(out, NULL, request->passes[i].channels[k]);
		}
		rv_json_close(out, ']');
	}
	rv_json_close(out, ']');
}

void mask_request_key(struct mask_request *request, const char *blend_key)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_json_out out;
	rv_json_out_init(&out, &text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_string(&out, "version", RV_VERSION);
	rv_json_put_string(&out, "blend", blend_key);
	mask_put_settings(request->settings, &out);
	put_frames(request, &out);
	put_channels(request, &out);
	rv_json_open(&out, "objects", '[');
	for (size_t i = 0; i < request->n_objects; i++) {
		rv_json_put_u64(&out, NULL, request->objects[i].index);
		rv_json_put_raw(&out, NULL, request->objects[i].name.ptr, request->objects[i].name.len);
		rv_json_put_raw(&out, NULL, request->objects[i].tags.ptr, request->objects[i].tags.len);
	}
	rv_json_close(&out, ']');
	rv_json_open(&out, "bounds", '[');
	put_bounds(&request->bounds, &out);
	rv_json_close(&out, ']');
	rv_json_open(&out, "names", '[');
	for (size_t i = 0; i < request->n_names; i++) {
		rv_json_put_string(&out, NULL, request->names[i]);
	}
	rv_json_close(&out, ']');
	rv_json_close(&out, '}');
	rv_hash_bytes(text.ptr, text.len, request->key);
	rv_str_release(&text);
}
