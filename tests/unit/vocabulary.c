/* SPDX-License-Identifier: MIT */
#include "vocabulary.h"

#include <string.h>

#include "check.h"
#include "record.h"

static void paths(void)
{
	static const struct {
		const char *role, *frame, *path;
	} rows[] = {
		{ "index", NULL, "IndexOB.png" },
		{ "index", "000007", "index/000007.png" },
		{ "image", NULL, "Image.png" },
		{ "image", "000007", "frames/000007.png" },
		{ "mask_rust", NULL, "Mask_rust.png" },
		{ "mask_a.b", "1", "mask_a.b/1.png" },
		{ "volume_direct", NULL, "VolumeDirect.exr" },
		{ "volume_direct", "1", "volume_direct/1.exr" },
	};
	for (size_t i = 0; i < RV_COUNTOF(rows); i++) {
		struct rv_str path = RV_STR_INIT;
		rv_role_path(rows[i].role, rows[i].frame, &path);
		CHECK_STR(path.ptr, rows[i].path);
		rv_str_release(&path);
	}
}

static void of_roles(void)
{
	static const char *const are[] = { "Image.png",
		                           "Depth.exr",
		                           "Mask_red.png",
		                           "VolumeDirect.exr",
		                           "passes.exr",
		                           "scene.blend",
		                           "FlowForward.flo",
		                           "frames/000001.png",
		                           "depth/000001.exr",
		                           "volume_direct/000001.exr",
		                           "mask_red/000001.png",
		                           "instances/00002.png",
		                           "instances/000001/00002.png",
		                           "views/left/Depth.exr",
		                           "views/left/depth/000001.exr",
		                           "renders/plain.exr",
		                           "Tracks.npz" };
	static const char *const are_not[] = { "notes.txt",
		                               "notes.exr",
		                               "image.png",
		                               "Mask_.png",
		                               "photo.png",
		                               "Image.png.bak",
		                               "Depth/x",
		                               "notes/000001.txt/x",
		                               "depth/more/000001.exr",
		                               "views/left",
		                               "views",
		                               "instances/a/b/c.png",
		                               ".hidden",
		                               "Photos/a.png",
		                               "README",
		                               "" };
	for (size_t i = 0; i < RV_COUNTOF(are); i++) {
		CHECK_STR(rv_role_may_have_path(are[i]) ? "" : are[i], "");
	}
	for (size_t i = 0; i < RV_COUNTOF(are_not); i++) {
		CHECK_STR(rv_role_may_have_path(are_not[i]) ? are_not[i] : "", "");
	}
}

static void rows(void)
{
	CHECK(rv_role_find("index") == &rv_roles[RV_ROLE_INDEX]);
	CHECK(rv_role_find("mask_x") == &rv_roles[RV_ROLE_SEMANTIC_MASK]);
	CHECK(rv_role_find("mask_") == NULL);
	CHECK(rv_role_find("masks") == NULL);
	CHECK(rv_role_is("mask_x", RV_ROLE_SEMANTIC_MASK) && !rv_role_is("index", RV_ROLE_DEPTH));
	CHECK(rv_role_may_be_pass("volume_direct") && !rv_role_may_be_pass("views") && !rv_role_may_be_pass("X") &&
	      !rv_role_may_be_pass("") && !rv_role_may_be_pass("__") && !rv_role_may_be_pass("mask_"));
	CHECK(rv_role_may_be_name("mask_a b") && !rv_role_may_be_name("") && !rv_role_may_be_name("a/b") &&
	      !rv_role_may_be_name("a\n"));
}

/* No two rows share a name, a file of a still, or a folder of a sequence. */
static void distinct(void)
{
	for (size_t i = 0; i < RV_ROLES; i++) {
		for (size_t k = 0; k < i; k++) {
			CHECK(strcmp(rv_roles[i].name, rv_roles[k].name) != 0);
			CHECK(strcmp(rv_roles[i].file, rv_roles[k].file) != 0);
		}
		CHECK(rv_roles[i].text[0] && rv_roles[i].file[0]);
	}
	for (size_t i = 0; i < rv_member_row_count; i++) {
		CHECK(rv_member_row(rv_member_rows[i].name, strlen(rv_member_rows[i].name)) == &rv_member_rows[i]);
	}
}

static void settings(void)
{
	for (size_t i = 0; i < RV_SETTINGS; i++) {
		const struct rv_setting *const row = &rv_settings[i];
		const bool chooses = row->kind == RV_SETTING_OF_CHOICE || row->kind == RV_SETTING_OF_SWITCH ||
		                     row->kind == RV_SETTING_OF_PASSES;
		const bool counts = row->kind == RV_SETTING_OF_WHOLE || row->kind == RV_SETTING_OF_REAL ||
		                    row->kind == RV_SETTING_OF_SECONDS;
		CHECK(rv_setting_find(row->member) == row && row->text[0]);
		CHECK((row->option == NULL) == (row->kind == RV_SETTING_OF_RENDERS));
		CHECK(chooses == (row->words != NULL) && counts == (row->low < row->high));
	}
	CHECK(!rv_setting_find("blend") && !rv_setting_find(""));
	CHECK(rv_settings[RV_SETTING_CODEC].reach == RV_SETTING_OF_COMMAND);
	CHECK(rv_settings[RV_SETTING_FPS].reach == RV_SETTING_OF_RECORD);
}

static void splits(void)
{
	CHECK(rv_split_find("train") == RV_SPLIT_TRAIN && rv_split_find("val") == RV_SPLIT_VAL &&
	      rv_split_find("test") == RV_SPLIT_TEST && rv_split_find("dev") == RV_SPLITS);
	CHECK_STR(rv_split_names[RV_SPLIT_TEST], "test");
}

static void stored(void)
{
	static const char line[] =
	        "{ \"id\":\"a\", \"dir\":\"out/a\",\"x\":[1.50, 2],\"run\":{\"of\":3},\"verify\":{}, \"error\":null}";
	struct rv_record record = RV_RECORD_INIT;
	struct rv_str text = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	CHECK(rv_record_parse(&record, line, strlen(line), &err) == 0);
	rv_record_stored(&record, &text);
	CHECK_STR(text.ptr, "{\"id\":\"a\",\"x\":[1.50,2]}\n");
	rv_str_release(&text);
	rv_record_release(&record);
}

CHECK_MODULE(vocabulary)
{
	check_case("files of roles, of stills and of frames", paths);
	check_case("files that may be of a sample, and those that are not", of_roles);
	check_case("rows are found by name and by pattern", rows);
	check_case("names and files are distinct", distinct);
	check_case("settings have what their kinds need", settings);
	check_case("splits are found by name", splits);
	check_case("a stored record has no member of the stream", stored);
}
