/* SPDX-License-Identifier: MIT */
/* Keypoints: those of the object, where the record or the camera has them, and seen or hidden as depth allows; those of
 * an instance where its pose takes those of what it is of. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "verify/picture.h"
#include "verify/scene.h"

#define PLACE_NEAR 1e-3 /* pixels */
#define WORLD_NEAR 1e-3 /* of the largest coordinate, at least of 1 m: records hold floats */
#define DEPTH_NEAR 2e-3 /* of a depth: what the labeller lets pass, and as much again */

enum { NOT_IN_PICTURE, HIDDEN, SEEN };

struct place {
	bool is_known;    /* there is one */
	bool may_be_seen; /* within the clip planes */
	double pixel[2], depth_m;
};

struct check {
	struct verify_picture *picture;
	struct verify_scene scene;
	const struct rv_annotation *annotation;
};

#define BLAME(c, check, format, ...) \
	verify_problems_add((c)->picture->problems, check, verify_picture_subject((c)->picture), \
	                    "annotation of index %" PRIu32 ", keypoint '%s': " format, (c)->annotation->index, \
	                    __VA_ARGS__)

/* Where the record has a keypoint: in the picture of its own camera, in that of another by its place in the world. */
static struct place find_place(const struct check *c, struct rv_json point, bool is_seen)
{
	const struct rv_json pixel = rv_json_get(point, "pixel"),
	                     clip = rv_json_get(c->picture->picture->camera, "clip");
	struct place place = { .depth_m = rv_json_number(rv_json_get(point, "depth"), NAN) };
	double world[3], seen[3];
	if (is_seen || !c->picture->picture->view) {
		place.pixel[0] = rv_json_number(rv_json_at(pixel, 0), NAN);
		place.pixel[1] = rv_json_number(rv_json_at(pixel, 1), NAN);
		place.is_known = isfinite(place.pixel[0] + place.pixel[1] + place.depth_m);
		place.may_be_seen = rv_json_true(rv_json_get(point, "in_frame"));
	} else if (verify_scene_point(rv_json_get(point, "world"), world)) {
		verify_scene_see(&c->scene, world, seen);
		place.is_known = verify_scene_pixel(&c->scene, seen, place.pixel);
		place.depth_m = seen[2];
		place.may_be_seen = seen[2] >= rv_json_number(rv_json_at(clip, 0), 0) &&
		                    seen[2] <= rv_json_number(rv_json_at(clip, 1), INFINITY);
	}
	return place;
}

/* What is wrong with a visibility, or NULL. A point that is hidden lies behind the surface in its pixel; one that is
 * seen does not lie behind all surfaces around it, unless these are its own object's, below whose surface it may be. */
static const char *wrong_visibility(const struct check *c, const struct place *place, uint64_t visibility)
{
	const struct verify_picture *const picture = c->picture;
	const double u = place->pixel[0], v = place->pixel[1];
	const bool is_inside =
	        place->is_known && place->may_be_seen && u >= 0 && v >= 0 && u < picture->width && v < picture->height;
	double farthest_m = 0;
	if (!is_inside || visibility == NOT_IN_PICTURE) {
		return is_inside                      ? "it is in the picture"
		       : visibility == NOT_IN_PICTURE ? NULL
		                                      : "it is not in the picture";
	}
	if (!picture->depth || !picture->index) {
		return NULL;
	}
	const uint32_t x = (uint32_t)u, y = (uint32_t)v, width = picture->width;
	const size_t here = (size_t)y * width + x;
	for (uint32_t j = y > 0 ? y - 1 : 0; j <= y + 1 && j < picture->height; j++) {
		for (uint32_t i = x > 0 ? x - 1 : 0; i <= x + 1 && i < width; i++) {
			farthest_m = fmax(farthest_m, (double)picture->depth->f32[(size_t)j * width + i]);
		}
	}
	if (visibility == HIDDEN && !(place->depth_m > (double)picture->depth->f32[here])) {
		return "nothing is before it";
	}
	const bool may_be_below = picture->index->u16[here] == c->annotation->index;
	if (visibility == SEEN && !may_be_below && place->depth_m > farthest_m * (1 + DEPTH_NEAR)) {
		return "it is behind what is seen there";
	}
	return NULL;
}

static void check_point(const struct check *c, struct rv_json own, struct rv_json point, bool is_seen)
{
	const char *const name = rv_json_string(rv_json_get(own, "name"), NULL), *const wanted = rv_json_string(
	                                                                                 rv_json_get(point, "name"),
	                                                                                 NULL);
	const struct rv_json pixel = rv_json_get(own, "pixel");
	const struct place place = find_place(c, point, is_seen);
	uint64_t visibility;
	if (!name || !wanted || strcmp(name, wanted) != 0) {
		BLAME(c, VERIFY_KEYPOINT_LIST, "the object has '%s' there", name ? name : "", wanted ? wanted : "");
		return;
	}
	const double off = place.is_known ? hypot(rv_json_number(rv_json_at(pixel, 0), NAN) - place.pixel[0],
	                                          rv_json_number(rv_json_at(pixel, 1), NAN) - place.pixel[1])
	                                  : 0;
	if (place.is_known != (rv_json_type(pixel) == RV_JSON_ARRAY) || !(off <= PLACE_NEAR)) {
		BLAME(c, VERIFY_KEYPOINT_PIXEL, "its pixel is not where the camera sees it%s", name, "");
		return;
	}
	const bool is_number = rv_json_u64(rv_json_get(own, "visibility"), NOT_IN_PICTURE, SEEN, &visibility);
	const char *const wrong = is_number ? wrong_visibility(c, &place, visibility) : "it is not 0, 1 or 2";
	if (wrong) {
		BLAME(c, VERIFY_KEYPOINT_SEEN, "its visibility is wrong: %s", name, wrong);
	}
}

static void check_annotation(const struct check *c)
{
	const struct rv_json own = rv_json_get(c->annotation->json, "keypoints");
	bool is_seen;
	const struct rv_json points =
	        verify_scene_get(&c->scene, c->annotation->index, "keypoints", RV_JSON_ARRAY, &is_seen);
	const size_t n = rv_json_len(own);
	if (rv_json_type(own) == RV_JSON_NONE || rv_json_type(points) == RV_JSON_NONE) {
		return; /* of an object that does not tell, they are somebody else's */
	}
	if (n != rv_json_len(points)) {
		BLAME(c, VERIFY_KEYPOINT_LIST, "there are %zu, the object has %zu", "", n, rv_json_len(points));
		return;
	}
	for (size_t i = 0; i < n; i++) {
		check_point(c, rv_json_at(own, i), rv_json_at(points, i), is_seen);
	}
}

/* ---- of instances ---- */

static bool is_near(const double a[3], const double b[3])
{
	double largest = 1, off = 0;
	for (size_t i = 0; i < 3; i++) {
		largest = fmax(largest, fabs(b[i]));
		off = fmax(off, fabs(a[i] - b[i]));
	}
	return off <= WORLD_NEAR * largest;
}

static const char *name_of(struct rv_json point)
{
	const char *const name = rv_json_string(rv_json_get(point, "name"), NULL);
	return name ? name : "";
}

/* What is wrong with a keypoint of an instance; NULL: nothing. */
static const char *wrong_place(struct rv_json own, struct rv_json source, const double from[4][3],
                               const double to[4][3])
{
	double world[3], place[3], then[3];
	if (strcmp(name_of(own), name_of(source)) != 0) {
		return "what it is of has another one there";
	}
	if (!verify_scene_point(rv_json_get(source, "world"), world) || !verify_scene_carry(from, to, world, then)) {
		return NULL;
	}
	return verify_scene_point(rv_json_get(own, "world"), place) && is_near(place, then)
	               ? NULL
	               : "it is not where the instance's pose takes it";
}

static void check_instance(const struct check *c, const struct rv_object *object)
{
	uint64_t source;
	bool is_seen;
	double from[4][3], to[4][3];
	if (!rv_json_u64(rv_json_get(object->json, "instance_of"), 1, RV_INDEX_MAX, &source) ||
	    !verify_scene_pose(&c->scene, (uint32_t)source, from) || !verify_scene_pose(&c->scene, object->index, to)) {
		return;
	}
	const struct rv_json own = verify_scene_get(&c->scene, object->index, "keypoints", RV_JSON_ARRAY, &is_seen),
	                     theirs = verify_scene_get(&c->scene, (uint32_t)source, "keypoints", RV_JSON_ARRAY,
	                                               &is_seen);
	const size_t n = rv_json_len(own);
	const char *wrong = n > 0 && n != rv_json_len(theirs) ? "what it is of has another number" : NULL;
	const char *name = "";
	for (size_t i = 0; !wrong && i < n; i++) {
		name = name_of(rv_json_at(own, i));
		wrong = wrong_place(rv_json_at(own, i), rv_json_at(theirs, i), from, to);
	}
	if (wrong) {
		verify_problems_add(c->picture->problems, VERIFY_KEYPOINT_INSTANCE, verify_picture_subject(c->picture),
		                    "object of index %" PRIu32 ", keypoint '%s': %s", object->index, name, wrong);
	}
}

static void check_keypoints(struct verify_picture *picture)
{
	const struct rv_picture *const what = picture->picture;
	struct check c = { .picture = picture };
	verify_scene_read(&c.scene, what, &picture->arena);
	for (size_t i = 0; picture->width > 0 && i < what->n_annotations; i++) {
		c.annotation = &what->annotations[i];
		check_annotation(&c);
	}
	for (size_t i = 0; i < what->sample->n_objects; i++) {
		check_instance(&c, &what->sample->objects[i]);
	}
}

const struct verify_label verify_picture_keypoints = { .whole = check_keypoints };
