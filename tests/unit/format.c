/* SPDX-License-Identifier: MIT */
#include "format/format.h"

#include <string.h>

#include "check.h"
#include "format/layout.h"
#include "format/sheet.h"
#include "format/video.h"
#include "format/webdataset.h"
#include "json.h"

static void layouts(void)
{
	static const struct {
		const char *layout, *path;
		struct format_place place;
	} rows[] = {
		{ "a/{id}{/view}{/frame}.{ext}", "a/x.png", { .id = "x", .ext = "png" } },
		{ "a/{id}{/view}{/frame}.{ext}", "a/x/left.png", { .id = "x", .view = "left", .ext = "png" } },
		{ "a/{id}{/view}{/frame}.{ext}", "a/x/000007.png", { .id = "x", .frame = "000007", .ext = "png" } },
		{ "a/{id}{/view}{/frame}.{ext}",
		  "a/x/left/000007.png",
		  { .id = "x", .view = "left", .frame = "000007", .ext = "png" } },
		{ "l/{split}/{id}.txt", "l/val/x_1-2.txt", { .id = "x_1-2", .split = "val" } },
		{ "shard-{number}.tar", "shard-000012.tar", { .number = "000012" } },
		{ "t/{id}/{role}/{frame}.{ext}",
		  "t/7/depths/000001.exr",
		  { .id = "7", .role = "depths", .frame = "000001", .ext = "exr" } },
		{ "d/{id}{.view}/{count}.png", "d/a.b/00012.png", { .id = "a", .view = "b", .count = "00012" } },
		{ "{task}/{task}_task/{task}_{id}{.view}",
		  "a_b/a_b_task/a_b_c_d.left",
		  { .id = "c_d", .view = "left", .task = "a_b" } },
		{ "m/{frame}_{object}.png", "m/000007_000012.png", { .frame = "000007", .object = "000012" } },
		{ "plain.png", "plain.png", { .id = "" } },
	};
	static const struct {
		const char *layout, *path;
	} misfits[] = {
		{ "a/{id}.png", "a/.png" },
		{ "a/{id}.png", "a/b/c.png" },
		{ "a/{id}{/frame}.png", "a/b/1.png" },
		{ "s-{number}.tar", "s-0000001.tar" },
		{ "s-{number}.tar", "s-000001.tar.zst" },
		{ "{task}/{task}_{id}", "a/b_c" },
		{ "plain.png", "plain.pn" },
	};
	for (size_t i = 0; i < RV_COUNTOF(rows); i++) {
		struct rv_str path = RV_STR_INIT;
		struct format_place place;
		format_expand(rows[i].layout, &rows[i].place, &path);
		CHECK_STR(path.ptr, rows[i].path);
		CHECK(format_match(rows[i].layout, rows[i].path, &place));
		CHECK_STR(place.id, rows[i].place.id);
		CHECK_STR(place.view, rows[i].place.view);
		CHECK_STR(place.frame, rows[i].place.frame);
		CHECK_STR(place.split, rows[i].place.split);
		CHECK_STR(place.role, rows[i].place.role);
		CHECK_STR(place.ext, rows[i].place.ext);
		CHECK_STR(place.number, rows[i].place.number);
		CHECK_STR(place.count, rows[i].place.count);
		CHECK_STR(place.object, rows[i].place.object);
		CHECK_STR(place.task, rows[i].place.task);
		rv_str_release(&path);
	}
	for (size_t i = 0; i < RV_COUNTOF(misfits); i++) {
		struct format_place place;
		CHECK(!format_match(misfits[i].layout, misfits[i].path, &place));
	}
}

static void check_spec(const char *name, const char *wanted)
{
	struct rv_str text = RV_STR_INIT;
	format_put_spec(format_all[format_find(name)], &text);
	CHECK_STR(text.ptr, wanted);
	rv_str_release(&text);
}

static void grammar(void)
{
	bool is_chosen[64] = { false };
	struct rv_err err = RV_ERR_INIT;
	const struct format_video_options video = format_video_options;
	const struct format_webdataset_options web = format_webdataset_options;
	check_spec("video", "video");
	CHECK_OK(format_choose("video:crf=20:fps=30000/1001:role=a\\,b\\:c\\\\,coco", is_chosen, &err), &err);
	CHECK_OK(format_choose("webdataset:zstd:shard-size=1M", is_chosen, &err), &err);
	CHECK(is_chosen[format_find("video")] && is_chosen[format_find("coco")] &&
	      is_chosen[format_find("webdataset")]);
	CHECK(!is_chosen[format_find("sheet")]);
	CHECK_U64(format_video_options.crf, 20);
	CHECK_STR(format_video_options.role, "a,b:c\\");
	CHECK(format_webdataset_options.zstd && format_webdataset_options.shard_bytes == 1 << 20);
	check_spec("video", "video:fps=30000/1001:crf=20:role=a\\,b\\:c\\\\");
	check_spec("webdataset", "webdataset:shard-size=1M:zstd");
	check_spec("coco", "coco");
	format_video_options = video;
	format_webdataset_options = web;
	check_spec("webdataset", "webdataset");
}

static void mistakes(void)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{ "cooc", "there is no format 'cooc' (did you mean 'coco'?): the formats are coco, " },
		{ "", "there is no format '': the formats are " },
		{ "coco,", "there is no format ''" },
		{ "video:crff=3", "format video has no option 'crff' (did you mean 'crf'?): its options are fps, " },
		{ "hf:x=1", "format hf has no option 'x': it has none" },
		{ "video:crf", "format video: option 'crf' needs a value: video:crf=N" },
		{ "video:crf=99", "format video: crf" },
		{ "webdataset:zstd=7", "format webdataset: option 'zstd' takes no value" },
		{ "video:codec=x", "format video: codec 'x': expected one of h264" },
	};
	for (size_t i = 0; i < RV_COUNTOF(rows); i++) {
		bool is_chosen[64] = { false };
		struct rv_err err = RV_ERR_INIT;
		CHECK_FAILS(format_choose(rows[i].text, is_chosen, &err), &err, RV_E_USAGE, rows[i].message);
	}
}

/* Every description is whole, and its files lie where no other format's do. */
static void descriptions(void)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_json json = RV_JSON_INIT;
	struct rv_err err = RV_ERR_INIT;
	for (size_t i = 0; i < format_count; i++) {
		const struct format *const format = format_all[i];
		CHECK(format->name[0] && format->title[0] && format->summary[0] && format->readers[0] &&
		      format->checked[0] && format->carries[0] && format->loses);
		CHECK(format->paths[0].name);
		for (const struct format_path *p = format->paths; p->name; p++) {
			CHECK_STR(format_layout(format, p->name), p->layout);
		}
		for (const struct format_alias *a = format->aliases; a && a->global; a++) {
			bool is_there = false;
			for (const struct rv_option *o = format->options; o->kind != RV_OPT_END; o++) {
				is_there |= strcmp(o->name, a->option) == 0;
			}
			CHECK(is_there);
		}
	}
	bool is_chosen[FORMAT_IDS] = { false };
	format_list_json(is_chosen, &text);
	CHECK_OK(rv_json_parse(text.ptr, text.len, &json, &err), &err);
	CHECK_U64(rv_json_len(json), format_count);
	rv_json_release(&json);
	is_chosen[FORMAT_ID_yolo] = is_chosen[FORMAT_ID_mots] = true;
	rv_str_clear(&text);
	format_list_json(is_chosen, &text);
	CHECK_OK(rv_json_parse(text.ptr, text.len, &json, &err), &err);
	CHECK_U64(rv_json_len(json), 2);
	CHECK_STR(rv_json_string(rv_json_get(rv_json_at(json, 1), "name"), NULL), "mots");
	rv_json_release(&json);
	rv_str_release(&text);
}

static void fields(void)
{
	static const struct {
		const char *view, *role;
		int64_t number;
		const char *path, *field;
	} rows[] = {
		{ NULL, "image", -1, "Image.PNG", "png" },
		{ NULL, "image", 3, "frames/000007.png", "image.000003.png" },
		{ NULL, "depth", -1, "Depth.exr", "depth.exr" },
		{ "Left", "image", -1, "views/Left/Image.png", "views.left.image.png" },
		{ "l", "depth", 0, "x.exr", "views.l.depth.000000.exr" },
	};
	struct rv_err err = RV_ERR_INIT;
	struct rv_str field = RV_STR_INIT;
	for (size_t i = 0; i < RV_COUNTOF(rows); i++) {
		rv_str_clear(&field);
		CHECK_OK(
		        format_webdataset_field(rows[i].view, rows[i].role, rows[i].number, rows[i].path, &field, &err),
		        &err);
		CHECK_STR(field.ptr, rows[i].field);
	}
	CHECK_FAILS(format_webdataset_field(NULL, "x", -1, "plain", &field, &err), &err, RV_E_BAD_RECORD,
	            "needs an extension");
	rv_str_release(&field);
}

/* As a manifest has them: nothing is set. */
static void specs(void)
{
	struct rv_err err = RV_ERR_INIT;
	size_t format = 0;
	const uint64_t crf = format_video_options.crf;
	CHECK_OK(format_read_spec("coco", &format, &err), &err);
	CHECK_U64(format, FORMAT_ID_coco);
	CHECK_OK(format_read_spec("video:crf=7:fps=1\\,5", &format, &err), &err);
	CHECK_U64(format, FORMAT_ID_video);
	CHECK_U64(format_video_options.crf, crf);
	CHECK_OK(format_read_spec("unheard:of=it", &format, &err), &err);
	CHECK(format == SIZE_MAX);
	CHECK_FAILS(format_read_spec("video:crff=7", &format, &err), &err, RV_E_USAGE, "did you mean 'crf'?");
	CHECK_FAILS(format_read_spec("coco,video", &format, &err), &err, RV_E_USAGE, "more than one format");
}

CHECK_MODULE(format)
{
	check_case("a format as a manifest has it", specs);
	check_case("layouts give paths, and are read back from them", layouts);
	check_case("formats and their options as --format takes them", grammar);
	check_case("mistakes are answered with what there is", mistakes);
	check_case("descriptions are whole", descriptions);
	check_case("fields of a webdataset", fields);
}
