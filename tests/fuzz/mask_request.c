/* SPDX-License-Identifier: MIT */
/* Fuzzes what rv-mask makes of a record: whatever it asks for, files lie below the sample, each role's once. */
#include "fuzz.h"

#include <string.h>

#include "file.h"
#include "mask/plan.h"
#include "sandbox.h"
#include "vocabulary.h"

/* What would be written, and what would be removed. */
static void check_plan(const struct mask_request *request)
{
	struct mask_state state;
	struct mask_plan plan;
	struct rv_err err = RV_ERR_INIT;
	mask_state_read(&state, request);
	const int status = mask_plan_init(&plan, request, &state, &err);
	FUZZ_CHECK(status == 0 || err.text[0]);
	for (size_t i = 0; i < plan.n_places; i++) {
		FUZZ_CHECK(rv_path_is_inside(plan.places[i].path) && plan.places[i].path[0] != '.');
		FUZZ_CHECK(i == 0 || strcmp(plan.places[i - 1].path, plan.places[i].path) != 0);
	}
	for (size_t i = 0; i < request->sample.n_pictures; i++) {
		const char *const passes = rv_picture_file(&request->sample.pictures[i], RV_ROLE_PASSES);
		FUZZ_CHECK(rv_path_is_inside(passes) && strstr(passes, "passes"));
	}
	mask_plan_release(&plan);
	mask_state_release(&state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *dir;
	static struct mask_settings settings;
	struct mask_request request;
	struct rv_record record = RV_RECORD_INIT;
	struct rv_err err = RV_ERR_INIT;
	if (!dir) {
		struct rv_str path = RV_STR_INIT;
		dir = fuzz_directory();
		rv_str_printf(&path, "%s/%s", dir, RV_BLEND_MARKER);
		FUZZ_CHECK(rv_file_write(path.ptr, "{\"key\":\"k\"}", 11, &err) == 0);
		rv_str_release(&path);
		mask_settings_init(&settings, NULL);
		FUZZ_CHECK(mask_settings_check(&settings, &err) == 0);
	}
	if (rv_record_parse(&record, (const char *)data, len, &err) == 0) {
		rv_record_set_string(&record, "dir", dir);
		if (mask_request_init(&request, &settings, &record, &err) == 0) {
			check_plan(&request);
		} else {
			FUZZ_CHECK(err.text[0]);
		}
		mask_request_release(&request);
	}
	rv_record_release(&record);
	return 0;
}
