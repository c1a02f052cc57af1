/* SPDX-License-Identifier: MIT */
/* verify/census.h: what is found of sets of pictures, some of them left out. */
#include "verify/census.h"

#include <string.h>

#include "check.h"

static const enum verify_tells tell_what[FORMAT_IDS] = { [FORMAT_ID_coco] = VERIFY_TELLS_PICTURES,
	                                                 [FORMAT_ID_webdataset] = VERIFY_TELLS_PICTURES,
	                                                 [FORMAT_ID_transforms] = VERIFY_TELLS_PICTURES,
	                                                 [FORMAT_ID_video] = VERIFY_TELLS_NUMBERS };

static struct verify_census *census;
static struct verify_manifest_head head;

static void start(uint64_t n_samples)
{
	census = verify_census_new(false);
	head = (struct verify_manifest_head) { .n_samples = n_samples };
}

static void has(enum format_id format, const char *id, const char *view, const char *frame)
{
	const struct verify_key key = { .id = id, .view = view, .frame = frame };
	struct rv_err err = RV_ERR_INIT;
	head.has[format] = true;
	CHECK_OK(verify_census_picture(census, format, &key, &err), &err);
}

static void has_sequence(const char *id, const char *view, uint64_t n_frames)
{
	const struct verify_key key = { .id = id, .view = view, .frame = "" };
	struct rv_err err = RV_ERR_INIT;
	head.has[FORMAT_ID_video] = true;
	CHECK_OK(verify_census_sequence(census, FORMAT_ID_video, &key, n_frames, &err), &err);
}

static void has_stills(uint64_t n)
{
	head.has[FORMAT_ID_video] = true;
	verify_census_stills(census, FORMAT_ID_video, n);
}

/* Compares; `wanted` has the ids of what is found, "census.sample coco, ...". */
static void end(const char *wanted)
{
	struct verify_problems problems = VERIFY_PROBLEMS_INIT;
	struct rv_err err = RV_ERR_INIT;
	struct rv_str found = RV_STR_INIT;
	CHECK_OK(verify_census_compare(census, &head, tell_what, &problems, &err), &err);
	for (size_t i = 0; i < problems.len; i++) {
		rv_str_printf(&found, "%s%s %s", i > 0 ? ", " : "", verify_checks[problems.items[i].check].id,
		              problems.items[i].path);
	}
	CHECK_TEXT(found, wanted);
	rv_str_release(&found);
	verify_problems_release(&problems);
	verify_census_free(census);
}

static void stills(void)
{
	start(2);
	for (int i = 0; i < 2; i++) {
		has(FORMAT_ID_coco, i ? "a" : "a-b", "", "");
		has(FORMAT_ID_webdataset, i ? "a" : "a-b", "", "");
	}
	has_stills(2);
	end("");
	start(2);
	has(FORMAT_ID_coco, "a", "", "");
	has(FORMAT_ID_webdataset, "b", "", "");
	end("census.sample coco, census.count coco, census.sample webdataset, census.count webdataset");
	start(1);
	has(FORMAT_ID_coco, "a", "", "");
	has(FORMAT_ID_webdataset, "a", "", "");
	has(FORMAT_ID_webdataset, "a", "left", "");
	has_stills(2);
	end("census.picture coco");
	start(1);
	has(FORMAT_ID_webdataset, "a", "", "");
	has(FORMAT_ID_webdataset, "a", "", "");
	end("census.twice webdataset");
}

static void sequences(void)
{
	start(1);
	for (int i = 0; i < 2; i++) {
		has(FORMAT_ID_webdataset, "a", "", i ? "000002" : "000001");
		has(FORMAT_ID_webdataset, "a", "left", i ? "000002" : "000001");
	}
	has_sequence("a", "", 2);
	has_sequence("a", "left", 2);
	end("");
	start(1);
	has(FORMAT_ID_webdataset, "a", "", "000001");
	has(FORMAT_ID_webdataset, "a", "left", "000001");
	has_sequence("a", "", 2);
	end("census.frames video, census.picture video");
	start(2);
	has(FORMAT_ID_webdataset, "a", "", "000001");
	has(FORMAT_ID_webdataset, "b", "", "000001");
	has_sequence("a", "", 1);
	end("census.sample video");
}

static void left_out(void)
{
	/* A still and two sequences, of which the video lacks one and the still. */
	for (uint64_t n = 1; n < 4; n++) {
		start(3);
		has(FORMAT_ID_webdataset, "a", "", "000001");
		has(FORMAT_ID_webdataset, "b", "", "000001");
		has(FORMAT_ID_webdataset, "c", "", "");
		has_sequence("a", "", 1);
		head.left_out[FORMAT_ID_video] = n;
		end(n == 2 ? "" : "census.frames video");
	}
	/* The same where no other format has all. */
	for (uint64_t n = 1; n < 3; n++) {
		start(3);
		has(FORMAT_ID_coco, "a", "", "000001");
		has(FORMAT_ID_coco, "c", "", "");
		head.left_out[FORMAT_ID_coco] = n;
		has_sequence("a", "", 1);
		has_sequence("b", "", 1);
		has_stills(1);
		end(n == 1 ? "" : "census.count coco");
	}
	/* One sample less than is said, and one that is there without being said. */
	start(2);
	has(FORMAT_ID_webdataset, "a", "", "");
	has(FORMAT_ID_webdataset, "b", "", "");
	has(FORMAT_ID_coco, "a", "", "");
	has(FORMAT_ID_coco, "b", "", "");
	head.left_out[FORMAT_ID_coco] = 1;
	end("census.count coco");
}

static void unread(void)
{
	start(2);
	has(FORMAT_ID_coco, "a", "", "");
	has(FORMAT_ID_coco, "b", "", "");
	has(FORMAT_ID_webdataset, "a", "", "");
	verify_census_unread(census, FORMAT_ID_webdataset);
	end("");
}

static void facts(void)
{
	static const struct verify_key key = { .id = "a", .view = "", .frame = "" };
	struct rv_err err = RV_ERR_INIT;
	start(1);
	for (int i = 0; i < 2; i++) {
		const enum format_id format = i ? FORMAT_ID_coco : FORMAT_ID_webdataset;
		has(format, "a", "", "");
		CHECK_OK(verify_census_fact(census, format, &key, VERIFY_FACT_IMAGE, i ? "12" : "34", &err), &err);
		CHECK_OK(verify_census_fact(census, format, &key, VERIFY_FACT_CAMERA, i ? "w=1 h=2" : "w=1 h=23", &err),
		         &err);
	}
	end("census.image webdataset, census.camera webdataset");
}

CHECK_MODULE(verify_census)
{
	check_case("stills", stills);
	check_case("sequences and their videos", sequences);
	check_case("what is left out counts", left_out);
	check_case("what could not be read lacks nothing", unread);
	check_case("facts of one picture", facts);
}
