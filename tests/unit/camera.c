/* SPDX-License-Identifier: MIT */
#include "camera.h"

#include <math.h>
#include <string.h>

#include "check.h"

static void read_text(struct rv_camera *camera, const char *text)
{
	struct rv_json json = RV_JSON_INIT;
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(rv_json_parse(text, strlen(text), &json, &err), &err);
	rv_camera_read(camera, json);
	rv_json_release(&json);
}

/* At (1,2,3), turned by 90 degrees about x: it looks along y, its up is z. */
static const char text[] = "{\"type\":\"PERSP\",\"matrix_world\":[[1,0,0,1],[0,0,-1,2],[0,1,0,3],[0,0,0,1]],"
                           "\"K\":[[100,0,32],[0,80,24],[0,0,1]],\"clip\":[0.1,50]}";

/* A pixel and its depth are the point again. */
static void check_point(const struct rv_camera *camera, const double pixel[2], const double seen[3])
{
	double point[3];
	rv_camera_point(camera, pixel, seen[2], point);
	for (size_t i = 0; i < 3; i++) {
		CHECK_NEAR(point[i], seen[i], 1e-12);
	}
}

static void points(void)
{
	struct rv_camera camera;
	double seen[3], pixel[2], world[3];
	read_text(&camera, text);
	CHECK(camera.has_pose && camera.is_pinhole && camera.has_pixels && !camera.is_parallel);
	CHECK_NEAR(camera.clip_m[0], 0.1, 0);
	CHECK_NEAR(camera.clip_m[1], 50, 0);
	rv_camera_see(&camera, (const double[]) { 2, 7, 4 }, seen); /* 1 to the right, 1 up, 5 away */
	CHECK_NEAR(seen[0], 1, 1e-12);
	CHECK_NEAR(seen[1], -1, 1e-12);
	CHECK_NEAR(seen[2], 5, 1e-12);
	CHECK(rv_camera_pixel(&camera, seen, pixel));
	CHECK_NEAR(pixel[0], 52, 1e-12);
	CHECK_NEAR(pixel[1], 8, 1e-12);
	check_point(&camera, pixel, seen);
	rv_camera_place(&camera, seen, world);
	CHECK_NEAR(world[0], 2, 1e-12);
	CHECK_NEAR(world[1], 7, 1e-12);
	CHECK_NEAR(world[2], 4, 1e-12);
	rv_camera_see(&camera, (const double[]) { 2, 2, 4 }, seen); /* beside it */
	CHECK(!rv_camera_pixel(&camera, seen, pixel));
}

/* Its rays are parallel: the distance makes no difference. */
static void parallel(void)
{
	static const char orthographic[] =
	        "{\"type\":\"ORTHO\",\"matrix_world\":[[1,0,0,1],[0,0,-1,2],[0,1,0,3],[0,0,0,1]],\"K\":null,"
	        "\"projection\":{\"type\":\"orthographic\",\"scale\":[10,20],\"center\":[32,24]}}";
	struct rv_camera camera;
	double seen[3], pixel[2];
	read_text(&camera, orthographic);
	CHECK(camera.has_pixels && camera.is_parallel && !camera.is_pinhole);
	for (double away = 1; away < 100; away *= 7) {
		rv_camera_see(&camera, (const double[]) { 2, 2 + away, 4 }, seen);
		CHECK(rv_camera_pixel(&camera, seen, pixel));
		CHECK_NEAR(pixel[0], 42, 1e-12);
		CHECK_NEAR(pixel[1], 4, 1e-12);
		check_point(&camera, pixel, seen);
	}
	rv_camera_see(&camera, (const double[]) { 2, 1, 4 }, seen); /* behind it */
	CHECK(!rv_camera_pixel(&camera, seen, pixel));
}

static void missing(void)
{
	static const struct {
		const char *text;
		bool has_pose;
	} rows[] = {
		{ "{}", false },
		{ "{\"matrix_world\":[[1,0,0,0],[0,1,0,0],[0,0,1,0],[0,0,0,1]]}", true },
		{ "{\"matrix_world\":[[1,0,0,0],[0,1,0,0],[0,0,1,0]],\"K\":[[1,0,0],[0,-1,0]]}", true },
		{ "{\"matrix_world\":[[1,0,0,0],[0,1,0,0],[0,0,1,0]],\"K\":[[1,0,0],[0,1,0]],\"type\":\"ORTHO\"}",
		  true },
		{ "{\"matrix_world\":[[1,0,0,0],[0,1,0,0],[0,0,1,0]],\"projection\":{\"scale\":[0,1],\"center\":[0,0]},"
		  "\"type\":\"ORTHO\"}",
		  true },
		{ "{\"matrix_world\":[[1,0,0,0],[0,1,0,0],[0,0,null,0]],\"K\":[[1,0,0],[0,1,0]]}", false },
	};
	struct rv_camera camera;
	for (size_t i = 0; i < RV_COUNTOF(rows); i++) {
		read_text(&camera, rows[i].text);
		CHECK(camera.has_pose == rows[i].has_pose && !camera.is_pinhole && !camera.has_pixels);
		CHECK(camera.is_parallel == (strstr(rows[i].text, "ORTHO") != NULL));
		CHECK(camera.clip_m[0] <= 0 && isinf(camera.clip_m[1]));
	}
}

CHECK_MODULE(camera)
{
	check_case("points of the world, pixels", points);
	check_case("pixels of an orthographic camera", parallel);
	check_case("what is missing or wrong is not there", missing);
}
