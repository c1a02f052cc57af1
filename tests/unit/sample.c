/* SPDX-License-Identifier: MIT */
#include "sample.h"

#include <string.h>

#include "check.h"

static struct rv_record record;
static struct rv_sample sample;

static bool load(const char *text)
{
	struct rv_err err = RV_ERR_INIT;
	return rv_record_parse(&record, text, strlen(text), &err) == 0 && rv_sample_load(&sample, &record, &err) == 0;
}

static void end(void)
{
	rv_sample_release(&sample);
	rv_record_release(&record);
	record = (struct rv_record)RV_RECORD_INIT;
}

/* What a picture is called, in one of the two ways. */
static void check_name(size_t i, void (*name)(const struct rv_picture *, struct rv_str *), const char *wanted)
{
	struct rv_str text = RV_STR_INIT;
	if (CHECK(i < sample.n_pictures)) {
		name(&sample.pictures[i], &text);
		CHECK_STR(text.ptr, wanted);
	}
	rv_str_release(&text);
}

static void still(void)
{
	CHECK(load(
	        "{\"id\":\"a\",\"dir\":\"out/a\",\"resolution\":[4,3],\"split\":\"val\",\"camera\":{\"name\":\"C\"},"
	        "\"files\":{\"index\":\"IndexOB.png\",\"image\":\"Image.png\",\"instances\":[\"instances/00002.png\"],"
	        "\"blend\":\"scene.blend\",\"x\":null},"
	        "\"objects\":[{\"index\":3,\"name\":\"B\",\"tags\":[\"z\",\"a\"]},{\"index\":2,\"name\":\"A\","
	        "\"properties\":{\"category\":\"cup\"}},{\"name\":\"no index\"}],"
	        "\"annotations\":[{\"index\":2,\"bbox\":[0,1,2,2],\"area\":4,\"rle\":{\"size\":[3,4],\"counts\":\"01\\\\\"},"
	        "\"mask\":\"instances/00002.png\"},"
	        "{\"index\":3,\"bbox\":[0,0,1,1],\"area\":1,\"category\":null,\"rle\":{\"size\":[3,4],\"counts\":\"0\"}}]}"));
	CHECK_U64(sample.n_flaws, 0);
	CHECK_U64(sample.n_pictures, 1);
	CHECK(!sample.is_sequence && sample.width == 4 && sample.height == 3);
	CHECK_STR(sample.split, "val");
	CHECK_STR(sample.dir, "out/a");
	const struct rv_picture *const picture = sample.pictures;
	CHECK_STR(rv_picture_file(picture, RV_ROLE_INDEX), "IndexOB.png");
	CHECK(rv_picture_file(picture, RV_ROLE_DEPTH) == NULL);
	CHECK_U64(rv_picture_files(picture, "instances")->n_paths, 1);
	CHECK_I64(rv_picture_files(picture, "instances")->number, 0);
	CHECK_I64(rv_picture_files(picture, "index")->number, -1);
	CHECK_U64(sample.n_files, 1);
	CHECK_STR(sample.files[0].paths[0], "scene.blend");
	CHECK_STR(rv_json_string(rv_json_get(picture->camera, "name"), NULL), "C");
	CHECK(!picture->has_own_camera && picture->has_annotations && picture->n_annotations == 2);
	const struct rv_annotation *const first = &picture->annotations[0];
	CHECK(!first->wrong && first->area_px == 4 && first->bbox[1] == 1 && first->width == 4 && first->height == 3);
	CHECK_STR(first->category, "cup");
	CHECK_STR(first->object->name, "A");
	CHECK_STR(first->mask, "instances/00002.png");
	CHECK_BYTES(first->counts, first->counts_len, "01\\", 3);
	CHECK(picture->annotations[1].category == NULL); /* said to be background, tags or not */
	CHECK(rv_sample_object(&sample, 0) == NULL && rv_sample_object(&sample, 9) == NULL);
	check_name(0, rv_picture_key, "a");
	check_name(0, rv_picture_who, "sample 'a'");
	end();
}

static void sequence(void)
{
	CHECK(load(
	        "{\"id\":\"a\",\"dir\":\"d\",\"camera\":{\"name\":\"C\"},\"files\":{\"image\":[\"frames/000003.png\","
	        "\"frames/000005.png\"],\"instances\":[\"instances/000003/00001.png\",\"instances/000005/00001.png\","
	        "\"instances/000005/00002.png\"],\"tracks\":\"Tracks.npz\",\"extra\":\"x.png\"},\"frames\":[{\"frame\":3,\"annotations\":[]},"
	        "{\"frame\":5,\"camera\":{\"name\":\"D\"}}]}"));
	CHECK_U64(sample.n_flaws, 0);
	CHECK(sample.is_sequence && sample.n_pictures == 2 && sample.n_frames == 2);
	CHECK_STR(rv_picture_file(&sample.pictures[1], RV_ROLE_IMAGE), "frames/000005.png");
	CHECK_U64(rv_picture_files(&sample.pictures[0], "instances")->n_paths, 1);
	CHECK_U64(rv_picture_files(&sample.pictures[1], "instances")->n_paths, 2);
	CHECK_I64(rv_picture_files(&sample.pictures[1], "instances")->number, 1);
	CHECK_I64(rv_picture_files(&sample.pictures[1], "image")->number, 1);
	CHECK_U64(sample.n_files, 2);
	CHECK_STR(sample.files[0].role, "extra"); /* one file that rv does not know is not a frame's */
	CHECK_STR(sample.files[1].role, "tracks");
	CHECK_I64(sample.files[0].number, -1);
	CHECK_STR(sample.pictures[1].frame_name, "000005");
	CHECK_U64(sample.pictures[1].frame, 5);
	CHECK(!sample.pictures[0].has_own_camera && sample.pictures[1].has_own_camera);
	CHECK(sample.pictures[0].has_annotations && !sample.pictures[1].has_annotations);
	CHECK(rv_sample_has_annotations(&sample));
	check_name(1, rv_picture_key, "a:000005");
	check_name(1, rv_picture_who, "sample 'a', frame 5");
	end();
}

static void views(void)
{
	CHECK(load(
	        "{\"id\":\"a\",\"dir\":\"d\",\"resolution\":[4,3],\"files\":{\"image\":\"Image.png\"},"
	        "\"camera\":{\"name\":\"C\"},\"views\":["
	        "{\"name\":\"left\",\"camera\":{\"name\":\"L\"},\"files\":{\"image\":\"views/left/Image.png\"},"
	        "\"resolution\":[8,6],\"annotations\":[]},{\"name\":\"right\",\"files\":{\"image\":\"views/right/Image.png\","
	        "\"tracks\":\"views/right/Tracks.npz\"}}]}"));
	CHECK_U64(sample.n_flaws, 0);
	CHECK_STR(sample.files[0].view, "right");
	CHECK_STR(rv_picture_files(&sample.pictures[1], "image")->view, "left");
	CHECK(rv_picture_files(&sample.pictures[0], "image")->view == NULL);
	CHECK_U64(sample.n_pictures, 3);
	CHECK_U64(sample.pictures[0].width, 4);
	CHECK_U64(sample.pictures[1].height, 6);
	CHECK_U64(sample.pictures[2].width, 4);
	CHECK_STR(rv_picture_file(&sample.pictures[1], RV_ROLE_IMAGE), "views/left/Image.png");
	CHECK_STR(sample.pictures[2].files_field, "views[1].files");
	CHECK(sample.pictures[1].has_annotations && sample.pictures[1].has_own_camera);
	CHECK(!sample.pictures[2].has_annotations);
	check_name(0, rv_picture_key, "a");
	check_name(2, rv_picture_key, "a/right");
	check_name(2, rv_picture_who, "sample 'a', view 'right'");
	CHECK(load(
	        "{\"id\":\"a\",\"dir\":\"d\",\"files\":{},\"views\":[{\"name\":\"v\",\"files\":{\"image\":\"v.png\"}}]}"));
	CHECK_U64(sample.n_pictures, 1);
	check_name(0, rv_picture_key, "a/v");
	CHECK(load("{\"id\":\"a\",\"dir\":\"d\",\"files\":{\"image\":[\"1.png\",\"2.png\"]},\"frames\":[{\"frame\":1},"
	           "{\"frame\":2}],\"views\":[{\"name\":\"v\",\"files\":{\"image\":[\"v1.png\",\"v2.png\"]},"
	           "\"frames\":[{\"annotations\":[]},{}]}]}"));
	CHECK_U64(sample.n_flaws, 0);
	CHECK_U64(sample.n_pictures, 4);
	CHECK(!sample.is_blend_file);
	CHECK(sample.pictures[2].has_annotations && !sample.pictures[3].has_annotations);
	check_name(3, rv_picture_key, "a/v:000002");
	end();
}

/* The channels of a view are its own, else the record's; objects of a .blend file are called by their names. */
static void channels(void)
{
	CHECK(load("{\"id\":\"a\",\"dir\":\"d\",\"channels\":{\"index\":\"A.X\"},\"render\":{\"blend_file\":true},"
	           "\"files\":{\"image\":\"Image.png\"},\"objects\":[{\"index\":1,\"name\":\"Chair.001\",\"tags\":[]}],"
	           "\"annotations\":[{\"index\":1}],\"views\":[{\"name\":\"v\",\"files\":{\"image\":\"v.png\"}},"
	           "{\"name\":\"w\",\"files\":{\"image\":\"w.png\"},\"channels\":{\"index\":\"B.X\"}}]}"));
	static const char *const wanted[] = { "A.X", "A.X", "B.X" };
	for (size_t i = 0; CHECK_U64(sample.n_pictures, 3) && i < 3; i++) {
		CHECK_STR(rv_json_string(rv_json_get(sample.pictures[i].channels, "index"), NULL), wanted[i]);
	}
	CHECK(sample.is_blend_file);
	CHECK_STR(sample.pictures[0].annotations[0].category, "Chair");
	end();
}

static const char *other_eye(size_t i, bool is_left)
{
	bool found;
	const struct rv_picture *const other = rv_picture_other_eye(&sample.pictures[i], &found);
	CHECK(!other || found == is_left);
	return !other ? NULL : other->view ? other->view : "own";
}

static void eyes(void)
{
	CHECK(load(
	        "{\"id\":\"a\",\"dir\":\"d\",\"files\":{\"image\":\"Image.png\"},\"views\":["
	        "{\"name\":\"top\",\"files\":{\"image\":\"t.png\"}},{\"name\":\"left\",\"files\":{\"image\":\"l.png\"}},"
	        "{\"name\":\"right\",\"files\":{\"image\":\"r.png\"}}]}"));
	CHECK(!other_eye(0, false));
	CHECK(!other_eye(1, false));
	CHECK_STR(other_eye(2, true), "right");
	CHECK_STR(other_eye(3, false), "left");
	end();
	CHECK(load("{\"id\":\"a\",\"dir\":\"d\",\"files\":{\"image\":[\"1.png\",\"2.png\"]},\"frames\":[{\"frame\":1},"
	           "{\"frame\":2}],\"views\":[{\"name\":\"left\",\"files\":{\"image\":[\"l1.png\",\"l2.png\"]},"
	           "\"frames\":[{\"frame\":1},{\"frame\":2}]}]}"));
	bool is_left;
	CHECK(rv_picture_other_eye(&sample.pictures[1], &is_left) == &sample.pictures[3]);
	CHECK(!is_left);
	CHECK_STR(other_eye(2, true), "own");
	end();
}

static void flaws(void)
{
	static const struct {
		const char *members, *text;
	} rows[] = {
		{ "\"files\":{\"image\":\"../x.png\"}",
		  "field 'files.image' must be a path below the sample's directory, or an array of them, not '../x.png'" },
		{ "\"files\":{\"image\":7}",
		  "field 'files.image' must be a path below the sample's directory, or an array of them" },
		{ "\"files\":{\"a/b\":\"x\"}",
		  "field 'files' has a role 'a/b', allowed are 1..128 bytes without '/' and control characters" },
		{ "\"files\":{\"image\":[\"1.png\"]},\"frames\":[{\"frame\":1},{\"frame\":2}]",
		  "field 'files.image' has 1 file, but the sample has 2 frames" },
		{ "\"files\":{\"image\":[\"1.png\",\"2.png\"],\"depth\":\"x.exr\"},\"frames\":[{\"frame\":1},{\"frame\":2}]",
		  "field 'files.depth' has 1 file, but the sample has 2 frames" },
		{ "\"files\":{\"image\":[\"1.png\"]}",
		  "field 'frames' must be an array of 1..1000000 frames: the sample is a sequence" },
		{ "\"files\":{\"passes\":[\"passes/a b.exr\"]},\"frames\":[{\"frame\":1}]",
		  "field 'files' has a frame called 'a b', allowed are 1..64 of [A-Za-z0-9_-]" },
		{ "\"files\":{\"passes\":[\"a/1.exr\",\"b/1.exr\"]},\"frames\":[{\"frame\":1},{\"frame\":2}]",
		  "field 'files' has two frames called '1'" },
		{ "\"files\":{},\"frames\":[{\"frame\":2},{\"frame\":2}]",
		  "field 'frames[1].frame' must be a whole number in 0..999999, above that of the frame before" },
		{ "\"files\":{},\"objects\":[{\"index\":1,\"name\":\"A\"},{\"index\":1,\"name\":\"B\"}]",
		  "field 'objects' has 'A' and 'B' with the same index 1" },
		{ "\"files\":{},\"objects\":[{\"index\":70000,\"name\":\"A\"}]",
		  "field 'objects[0].index' must be a whole number in 0..65535" },
		{ "\"files\":{},\"views\":[{\"name\":\"a b\",\"files\":{}}]",
		  "field 'views[0].name' must be a letter and up to 127 more of [A-Za-z0-9_-]" },
		{ "\"files\":{},\"views\":[{\"name\":\"a\",\"files\":{}},{\"name\":\"a\",\"files\":{}}]",
		  "field 'views[1].name' is 'a' again, as views[0] is called" },
		{ "\"files\":{},\"resolution\":[1]", "field 'resolution' is not two whole numbers in 1..65535" },
		{ "\"files\":{},\"split\":\"dev\"", "field 'split' must be train, val or test" },
		{ "\"files\":{},\"annotations\":[{\"index\":1}]", "field 'annotations[0].area' is missing or wrong" },
		{ "\"files\":{},\"frames\":[{\"frame\":1},{\"frame\":2,\"annotations\":[{\"index\":1}]}]",
		  "field 'frames[1].annotations[0].area' is missing or wrong" },
		{ "\"files\":{},\"views\":[{\"name\":\"v\",\"files\":{},\"annotations\":[{}]}]",
		  "field 'views[0].annotations[0].index' is missing or wrong" },
		{ "\"files\":{},\"frames\":[{\"frame\":1}],\"views\":[{\"name\":\"v\",\"files\":{},\"frames\":["
		  "{\"annotations\":[{}]}]}]",
		  "field 'views[0].frames[0].annotations[0].index' is missing or wrong" },
		{ "\"files\":{\"instances\":[\"instances/9/1.png\"]},\"frames\":[{\"frame\":1}]",
		  "field 'files.instances' has 'instances/9/1.png', which is of none of the frames, or not in their order" },
	};
	for (size_t i = 0; i < RV_COUNTOF(rows); i++) {
		struct rv_str text = RV_STR_INIT;
		struct rv_err err = RV_ERR_INIT;
		rv_str_printf(&text, "{\"id\":\"a\",\"dir\":\"d\",%s}", rows[i].members);
		if (CHECK(load(text.ptr)) && CHECK(sample.n_flaws > 0)) {
			CHECK_STR(sample.flaws[0].text, rows[i].text);
			CHECK(rv_sample_must_be_whole(&sample, &err) < 0);
			CHECK_STR(err.text, rows[i].text);
		}
		rv_str_release(&text);
	}
	CHECK(!load("{\"id\":\"a\",\"files\":{}}"));
	CHECK(!load("{\"id\":\"a\",\"dir\":\"d\"}"));
	CHECK(!load("{\"id\":\"a b\",\"dir\":\"d\",\"files\":{}}"));
	end();
}

CHECK_MODULE(sample)
{
	check_case("a still", still);
	check_case("a sequence", sequence);
	check_case("channels, and the kind of scene", channels);
	check_case("views of a still and of a sequence", views);
	check_case("the pictures of a stereo pair", eyes);
	check_case("what is wrong is noted with its field", flaws);
}
