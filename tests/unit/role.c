/* SPDX-License-Identifier: MIT */
/* mask/role.h: names of files, what --outputs may name. */
#include "mask/role.h"

#include <string.h>

#include "check.h"

static void names(void)
{
	static const struct {
		const char *role, *still, *frame;
	} cases[] = {
		{ "index", "IndexOB.png", "index/000001.png" },
		{ "depth", "Depth.exr", "depth/000001.exr" },
		{ "mask_shiny", "Mask_shiny.png", "mask_shiny/000001.png" },
		{ "mask_a.b", "Mask_a.b.png", "mask_a.b/000001.png" },
		{ "ao", "AO.exr", "ao/000001.exr" },
		{ "flow_backward_flo", "FlowBackward.flo", "flow_backward_flo/000001.flo" },
		{ "transmission_indirect", "TransmissionIndirect.exr", "transmission_indirect/000001.exr" },
		{ "volume_direct", "VolumeDirect.exr", "volume_direct/000001.exr" },
		{ "x", "X.exr", "x/000001.exr" },
	};
	struct rv_str still = RV_STR_INIT, frame = RV_STR_INIT;
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		rv_str_clear(&still);
		rv_str_clear(&frame);
		mask_role_file(cases[i].role, &still);
		mask_role_frame_file(cases[i].role, "000001", &frame);
		CHECK_STR(still.ptr, cases[i].still);
		CHECK_STR(frame.ptr, cases[i].frame);
		const bool known = strcmp(cases[i].role, "volume_direct") != 0 && strcmp(cases[i].role, "x") != 0;
		CHECK(mask_role_is_ours(cases[i].role) == known);
		CHECK(mask_role_is_ours(cases[i].still) == known);
	}
	static const char *const others[] = { "Image.png", "passes.exr", "passes", "frames", "_meta.json", "notes" };
	for (size_t i = 0; i < RV_COUNTOF(others); i++) {
		CHECK(!mask_role_is_ours(others[i]));
	}
	rv_str_release(&still);
	rv_str_release(&frame);
}

static void lists(void)
{
	const char *words[] = { "depth,ao", "mask", "normal_camera" };
	const struct rv_option_list given = { .items = words, .len = RV_COUNTOF(words) };
	struct rv_option_list roles = { .items = NULL };
	struct rv_err err = RV_ERR_INIT;
	CHECK(mask_role_is_wanted(&roles, "depth"));
	CHECK_OK(mask_role_parse(&given, &roles, &err), &err);
	CHECK_U64(roles.len, 4);
	CHECK(mask_role_is_wanted(&roles, "depth") && mask_role_is_wanted(&roles, "ao"));
	CHECK(mask_role_is_wanted(&roles, "mask_shiny") && mask_role_is_wanted(&roles, "normal_camera"));
	CHECK(!mask_role_is_wanted(&roles, "normal") && !mask_role_is_wanted(&roles, "depth_preview"));
	mask_role_release(&roles);
	CHECK_OK(mask_role_check("mask_any thing", &err), &err);
	CHECK_FAILS(mask_role_check("dept", &err), &err, RV_E_USAGE, "did you mean 'depth'");
	CHECK_FAILS(mask_role_check("mask_", &err), &err, RV_E_USAGE, "unknown role 'mask_'");
	CHECK_FAILS(mask_role_check("", &err), &err, RV_E_USAGE, "unknown role ''");
	CHECK_FAILS(mask_role_check("passes", &err), &err, RV_E_USAGE, "unknown role");
}

CHECK_MODULE(role)
{
	check_case("files in a still and in a sequence", names);
	check_case("what is asked for", lists);
}
