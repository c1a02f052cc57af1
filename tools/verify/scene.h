/* SPDX-License-Identifier: MIT */
/* What a record says of the scene in one picture: its objects as they are there, and where its camera sees points. */
#ifndef RV_VERIFY_SCENE_H
#define RV_VERIFY_SCENE_H

#include "sample.h"
#include "verify/camera.h"

/* Entries of objects, by index. */
struct verify_things {
	struct rv_json *items;
	size_t len;
};

struct verify_scene {
	bool is_pinhole;  /* with intrinsics and a pose */
	bool is_parallel; /* orthographic */
	bool has_pixels;  /* a pinhole, or parallel with scale, center and a pose; else the camera is of no use */
	struct verify_camera camera;              /* of a parallel one fl_x and fl_y are pixels per metre */
	double near_m;                            /* what is nearer cannot be seen; 0: not said */
	struct verify_things view, frame, record; /* private */
	bool is_records_camera, is_view;
};

/* Memory is of the arena. */
void verify_scene_read(struct verify_scene *scene, const struct rv_picture *picture, struct rv_arena *arena);
/* The member of an object of this type, as it is in the picture: what the view says, the frame, the record, whichever
 * has it first. *is_seen: pixels in it are of this picture's camera. */
struct rv_json verify_scene_get(const struct verify_scene *scene, uint32_t index, const char *member,
                                enum rv_json_type type, bool *is_seen);
/* The columns of an object's pose in the picture: its axes and its place. False where they are not known. */
bool verify_scene_pose(const struct verify_scene *scene, uint32_t index, double columns[4][3]);
/* Where a point of the world is when the pose that it goes along with is another. False for a pose that is flat. */
bool verify_scene_carry(const double from[4][3], const double to[4][3], const double world[3], double then[3]);
/* True when the object is not there in the picture's frame. */
bool verify_scene_lacks(const struct verify_scene *scene, uint32_t index);
/* True of an object of the record that keeps its shape, and whose index is not that of instances, too: those have no
 * box. */
bool verify_scene_moves_by_pose(struct rv_json object);
/* Of each index, up to RV_INDEX_MAX, whether its object moves by its pose, and has one pose in both pictures; not of
 * the background. In the arena. */
bool *verify_scene_still(const struct verify_scene *here, const struct verify_scene *there,
                         const struct rv_sample *sample, struct rv_arena *arena);
/* Of each index, up to RV_INDEX_MAX, whether its object may deform. In the arena. */
bool *verify_scene_deforms(const struct rv_sample *sample, struct rv_arena *arena);
/* A point of the world from a camera that has pixels: right, down and away, in metres. */
void verify_scene_see(const struct verify_scene *scene, const double world[3], double seen[3]);
/* The pixel of such a point; false where it is not before the camera. */
bool verify_scene_pixel(const struct verify_scene *scene, const double seen[3], double pixel[2]);
/* The other way round: the place in the world of what is seen at a pixel in this depth. */
void verify_scene_place(const struct verify_scene *scene, const double pixel[2], double depth_m, double world[3]);
/* Three numbers, NAN for what is none; false then. */
bool verify_scene_point(struct rv_json numbers, double point[3]);

#endif
