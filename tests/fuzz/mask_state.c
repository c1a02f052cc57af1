/* SPDX-License-Identifier: MIT */
/* Fuzzes rv-mask's marker: what is taken of its list lies below the sample. */
#include "fuzz.h"

#include <string.h>

#include "file.h"
#include "mask/plan.h"
#include "sandbox.h"
#include "vocabulary.h"

static const char text[] =
        "{\"id\":\"a\",\"files\":{\"image\":\"Image.png\",\"passes\":\"passes.exr\"},\"channels\":{\"index\":\"A.X\","
        "\"depth\":\"D.Z\",\"normal\":[\"N.X\",\"N.Y\",\"N.Z\"]},\"objects\":[{\"index\":1,\"name\":\"A\",\"tags\":[]}]}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct mask_settings settings;
	static struct mask_request request;
	static struct rv_record record;
	static struct rv_str path;
	struct mask_state state;
	struct mask_plan plan;
	struct rv_err err = RV_ERR_INIT;
	if (!path.len) {
		const char *const dir = fuzz_directory();
		rv_str_init(&path);
		rv_str_printf(&path, "%s/%s", dir, RV_BLEND_MARKER);
		FUZZ_CHECK(rv_file_write(path.ptr, "{\"key\":\"k\"}", 11, &err) == 0);
		rv_str_clear(&path);
		rv_str_printf(&path, "%s/%s", dir, RV_MASK_MARKER);
		mask_settings_init(&settings, NULL);
		record = (struct rv_record)RV_RECORD_INIT;
		FUZZ_CHECK(mask_settings_check(&settings, &err) == 0);
		FUZZ_CHECK(rv_record_parse(&record, text, sizeof(text) - 1, &err) == 0);
		rv_record_set_string(&record, "dir", dir);
		FUZZ_CHECK(mask_request_init(&request, &settings, &record, &err) == 0);
	}
	FUZZ_CHECK(rv_file_write_unseen(path.ptr, data, len, &err) == 0);
	mask_state_read(&state, &request);
	FUZZ_CHECK(state.has_marker);
	for (size_t i = 0; i < state.n_files; i++) {
		FUZZ_CHECK(rv_path_is_inside(state.files[i].path));
		FUZZ_CHECK(i == 0 || strcmp(state.files[i - 1].path, state.files[i].path) <= 0);
	}
	/* Without passes nothing can be made: it is told, nothing is touched. */
	FUZZ_CHECK(mask_plan_init(&plan, &request, &state, &err) < 0 || plan.is_done);
	mask_plan_release(&plan);
	mask_state_release(&state);
	return 0;
}
