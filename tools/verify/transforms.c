/* SPDX-License-Identifier: MIT */
/* Cameras of a dataset: see transforms.h. */
#include "verify/transforms.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "scan.h"

#define DOCUMENT_BYTES_MAX ((size_t)4 << 30)
#define SIDE_MAX 65536
#define ANGLE_TOLERANCE 1e-9 /* radians; written with 12 digits */
#define AXES_TOLERANCE 1e-3

static const char *const file_keys[] = { "file_path", "depth_file_path", "normal_file_path", "segmentation_file_path" };
#define N_FILES RV_COUNTOF(file_keys)

struct camera {
	double fl_x, fl_y, cx, cy, width, height;
	double matrix[4][4];
};

struct frame {
	char *stem;            /* of its picture's name: a still's id */
	size_t files[N_FILES]; /* of the manifest; SIZE_MAX: not there */
	struct camera camera;
};

struct document {
	char *subject; /* its path in the dataset */
	char *id;      /* of a sequence; "": stills */
	struct frame *frames;
	size_t n_frames, cap_frames;
};

struct verify_transforms {
	const struct verify_manifest *manifest;
	struct document *documents; /* sorted by id */
	size_t n_documents, cap_documents;
};

/* ---- reading ---- */

static int compare_frames(const void *a, const void *b)
{
	return strcmp(((const struct frame *)a)->stem, ((const struct frame *)b)->stem);
}

static int compare_documents(const void *a, const void *b)
{
	return strcmp(((const struct document *)a)->id, ((const struct document *)b)->id);
}

/* What stands in a frame wins over what stands at the top; NAN when neither has it. */
static double number_of(struct rv_json frame, struct rv_json top, const char *key)
{
	return rv_json_number(rv_json_get(frame, key), rv_json_number(rv_json_get(top, key), NAN));
}

static void check_angle(struct rv_json frame, struct rv_json top, const char *key, double side, double focal,
                        const char *subject, size_t position, struct verify_problems *problems)
{
	const double expected = 2 * atan(side / (2 * focal)), found = number_of(frame, top, key);
	if (!(fabs(found - expected) <= ANGLE_TOLERANCE)) {
		verify_problems_add(problems, RV_E_LABEL, subject, "frames[%zu]: %s is %.12g, its intrinsics say %.12g",
		                    position, key, found, expected);
	}
}

static bool is_pose(const double matrix[4][4])
{
	for (size_t i = 0; i < 3; i++) {
		for (size_t k = 0; k < 3; k++) {
			double product = 0;
			for (size_t row = 0; row < 3; row++) {
				product += matrix[row][i] * matrix[row][k];
			}
			if (!(fabs(product - (i == k ? 1 : 0)) <= AXES_TOLERANCE)) {
				return false;
			}
		}
		if (!isfinite(matrix[i][3]) || matrix[3][i] != 0) {
			return false;
		}
	}
	return matrix[3][3] == 1;
}

static void read_matrix(struct rv_json rows, double matrix[4][4])
{
	for (size_t row = 0; row < 4; row++) {
		for (size_t column = 0; column < 4; column++) {
			matrix[row][column] = rv_json_number(rv_json_at(rv_json_at(rows, row), column), NAN);
		}
	}
}

static void read_camera(struct rv_json frame, struct rv_json top, struct camera *camera, const char *subject,
                        size_t position, struct verify_problems *problems)
{
	*camera = (struct camera) { .fl_x = number_of(frame, top, "fl_x"),
		                    .fl_y = number_of(frame, top, "fl_y"),
		                    .cx = number_of(frame, top, "cx"),
		                    .cy = number_of(frame, top, "cy"),
		                    .width = number_of(frame, top, "w"),
		                    .height = number_of(frame, top, "h") };
	if (!(camera->fl_x > 0 && camera->fl_y > 0 && isfinite(camera->cx) && isfinite(camera->cy) &&
	      camera->width >= 1 && camera->width <= SIDE_MAX && camera->height >= 1 && camera->height <= SIDE_MAX)) {
		verify_problems_add(problems, RV_E_LABEL, subject, "frames[%zu] has no intrinsics", position);
	} else {
		check_angle(frame, top, "camera_angle_x", camera->width, camera->fl_x, subject, position, problems);
		check_angle(frame, top, "camera_angle_y", camera->height, camera->fl_y, subject, position, problems);
	}
	read_matrix(rv_json_get(frame, "transform_matrix"), camera->matrix);
	if (!is_pose(camera->matrix)) {
		verify_problems_add(problems, RV_E_LABEL, subject,
		                    "frames[%zu].transform_matrix is no pose: 4 rows of 4 numbers, axes of length 1",
		                    position);
	}
}

/* Finds the files of a frame in the manifest: they are beside the document. */
static void read_files(const struct verify_transforms *transforms, const struct document *document, struct rv_json json,
                       struct frame *frame, struct verify_problems *problems)
{
	struct rv_str path = RV_STR_INIT;
	for (size_t k = 0; k < N_FILES; k++) {
		const char *name = rv_json_string(rv_json_get(json, file_keys[k]), NULL);
		frame->files[k] = SIZE_MAX;
		if (!name && k > 0) {
			continue;
		}
		rv_str_clear(&path);
		rv_str_append(&path, document->subject, (size_t)(rv_path_base(document->subject) - document->subject));
		rv_str_puts(&path, name ? name : "");
		const struct verify_manifest_file *file = verify_manifest_find(transforms->manifest, path.ptr);
		if (file) {
			frame->files[k] = (size_t)(file - transforms->manifest->files);
		} else {
			verify_problems_add(problems, RV_E_MISSING_FILE, document->subject,
			                    "frames[%zu].%s: '%s' is not in the dataset", document->n_frames,
			                    file_keys[k], name ? name : "");
		}
		if (k == 0) {
			const char *base = rv_path_base(name ? name : "");
			frame->stem = rv_strndup(base, strcspn(base, "."));
		}
	}
	rv_str_release(&path);
}

static void read_frames(struct verify_transforms *transforms, struct document *document, struct rv_json top,
                        struct rv_span list, struct verify_problems *problems)
{
	struct rv_span element;
	size_t at = 0;
	while (rv_scan_next_element(list.ptr, list.len, &at, &element)) {
		struct rv_json json = RV_JSON_INIT;
		struct rv_err err = RV_ERR_INIT;
		struct frame frame;
		if (rv_json_parse(element.ptr, element.len, &json, &err) < 0) {
			verify_problems_add_err(problems, document->subject, &err);
			return;
		}
		read_files(transforms, document, json, &frame, problems);
		read_camera(json, top, &frame.camera, document->subject, document->n_frames, problems);
		RV_GROW(document->frames, document->n_frames, document->cap_frames);
		document->frames[document->n_frames++] = frame;
		rv_json_release(&json);
	}
}

/* The document without its frames, so that memory does not grow with a tree of everything. */
static int parse_top(const struct rv_str *text, struct rv_span list, struct rv_json *top, struct rv_err *err)
{
	struct rv_str rest = RV_STR_INIT;
	rv_str_append(&rest, text->ptr, (size_t)(list.ptr - text->ptr));
	rv_str_puts(&rest, "[]");
	rv_str_puts(&rest, list.ptr + list.len);
	int result = rv_json_parse(rest.ptr, rest.len, top, err);
	rv_str_release(&rest);
	return result;
}

static void read_document(struct verify_transforms *transforms, struct document *document, const char *path,
                          struct verify_problems *problems)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_members members = RV_MEMBERS_INIT;
	struct rv_json top = RV_JSON_INIT;
	struct rv_span list = { NULL, 0 };
	struct rv_err err = RV_ERR_INIT;
	if (rv_file_read(path, DOCUMENT_BYTES_MAX, &text, &err) < 0 ||
	    rv_scan_object(text.ptr, text.len, &members, &err) < 0) {
		verify_problems_add_err(problems, document->subject, &err);
		goto out;
	}
	for (size_t i = 0; i < members.len; i++) {
		const struct rv_member *member = &members.items[i];
		if (member->key_len == 6 && memcmp(text.ptr + member->key_at, "frames", 6) == 0 &&
		    text.ptr[member->value_at] == '[') {
			list = (struct rv_span) { text.ptr + member->value_at, member->value_len };
		}
	}
	if (!list.ptr) {
		verify_problems_add(problems, RV_E_LABEL, document->subject, "there is no array 'frames'");
	} else if (parse_top(&text, list, &top, &err) < 0) {
		verify_problems_add_err(problems, document->subject, &err);
	} else {
		read_frames(transforms, document, top, list, problems);
	}
	if (document->id[0] == '\0' && document->n_frames > 1) {
		qsort(document->frames, document->n_frames, sizeof(*document->frames), compare_frames);
	}
out:
	rv_json_release(&top);
	rv_members_release(&members);
	rv_str_release(&text);
}

/* transforms/transforms.json: "". transforms/ID/transforms.json: its id. NULL for what is no document. Caller frees. */
static char *document_id(const char *path)
{
	const size_t prefix = strlen(VERIFY_TRANSFORMS_FOLDER);
	if (strncmp(path, VERIFY_TRANSFORMS_FOLDER, prefix) != 0 ||
	    strcmp(rv_path_base(path), VERIFY_TRANSFORMS_NAME) != 0) {
		return NULL;
	}
	const size_t len = (size_t)(rv_path_base(path) - path) - prefix;
	return len > 0 && memchr(path + prefix, '/', len) != path + prefix + len - 1
	               ? NULL
	               : rv_strndup(path + prefix, len > 0 ? len - 1 : 0);
}

struct verify_transforms *verify_transforms_load(const char *dir, const struct verify_manifest *manifest,
                                                 struct verify_problems *problems)
{
	struct verify_transforms *transforms = rv_alloc_zero(1, sizeof(*transforms));
	struct rv_str path = RV_STR_INIT;
	transforms->manifest = manifest;
	for (size_t i = 0; i < manifest->len; i++) {
		char *id = document_id(manifest->files[i].path);
		if (id) {
			RV_GROW(transforms->documents, transforms->n_documents, transforms->cap_documents);
			struct document *document = &transforms->documents[transforms->n_documents++];
			*document = (struct document) { .subject = manifest->files[i].path, .id = id };
			rv_str_clear(&path);
			rv_str_printf(&path, "%s/%s", dir, document->subject);
			read_document(transforms, document, path.ptr, problems);
		}
	}
	if (transforms->n_documents > 1) {
		qsort(transforms->documents, transforms->n_documents, sizeof(*transforms->documents),
		      compare_documents);
	}
	rv_str_release(&path);
	return transforms;
}

void verify_transforms_free(struct verify_transforms *transforms)
{
	for (size_t i = 0; transforms && i < transforms->n_documents; i++) {
		struct document *document = &transforms->documents[i];
		for (size_t k = 0; k < document->n_frames; k++) {
			free(document->frames[k].stem);
		}
		free(document->frames);
		free(document->id);
	}
	if (transforms) {
		free(transforms->documents);
	}
	free(transforms);
}

/* ---- against records ---- */

static const struct document *find_document(const struct verify_transforms *transforms, const char *id)
{
	char *const own = rv_strdup(id);
	const struct document key = { .id = own };
	const struct document *found = bsearch(&key, transforms->documents, transforms->n_documents,
	                                       sizeof(*transforms->documents), compare_documents);
	free(own);
	return found;
}

static const struct frame *find_still(const struct verify_transforms *transforms, const char *id)
{
	const struct document *stills = find_document(transforms, "");
	char *const own = rv_strdup(id);
	const struct frame key = { .stem = own };
	const struct frame *found = !stills || stills->n_frames == 0 ? NULL
	                                                             : bsearch(&key, stills->frames, stills->n_frames,
	                                                                       sizeof(*stills->frames), compare_frames);
	free(own);
	return found;
}

static void compare_camera(const struct camera *found, struct rv_json camera, struct rv_json resolution,
                           const char *who, const char *subject, struct verify_problems *problems)
{
	struct rv_json rows = rv_json_get(camera, "K");
	const struct {
		const char *name;
		double found, expected;
	} numbers[] = {
		{ "fl_x", found->fl_x, rv_json_number(rv_json_at(rv_json_at(rows, 0), 0), NAN) },
		{ "fl_y", found->fl_y, rv_json_number(rv_json_at(rv_json_at(rows, 1), 1), NAN) },
		{ "cx", found->cx, rv_json_number(rv_json_at(rv_json_at(rows, 0), 2), NAN) },
		{ "cy", found->cy, rv_json_number(rv_json_at(rv_json_at(rows, 1), 2), NAN) },
		{ "w", found->width, rv_json_number(rv_json_at(resolution, 0), NAN) },
		{ "h", found->height, rv_json_number(rv_json_at(resolution, 1), NAN) },
	};
	for (size_t i = 0; i < RV_COUNTOF(numbers); i++) {
		if (numbers[i].found != numbers[i].expected) {
			verify_problems_add(problems, RV_E_LABEL, subject,
			                    "%s: " VERIFY_TRANSFORMS_NAME " says %s is %.17g, the record %.17g", who,
			                    numbers[i].name, numbers[i].found, numbers[i].expected);
		}
	}
	double matrix[4][4];
	read_matrix(rv_json_get(camera, "matrix_world"), matrix);
	for (size_t i = 0; i < 16; i++) {
		if (matrix[i / 4][i % 4] != found->matrix[i / 4][i % 4]) {
			verify_problems_add(problems, RV_E_LABEL, subject,
			                    "%s: the pose in " VERIFY_TRANSFORMS_NAME " is not that of the record",
			                    who);
			return;
		}
	}
}

static void compare_sequence(const struct document *document, struct rv_json record, const char *id,
                             const char *subject, struct verify_problems *problems)
{
	struct rv_json frames = rv_json_get(record, "frames");
	struct rv_str who = RV_STR_INIT;
	if (document->n_frames != rv_json_len(frames)) {
		verify_problems_add(problems, RV_E_LABEL, subject,
		                    "sample '%s' has %zu frames, but %zu in its " VERIFY_TRANSFORMS_NAME, id,
		                    rv_json_len(frames), document->n_frames);
		return;
	}
	for (size_t i = 0; i < document->n_frames; i++) {
		struct rv_json camera = rv_json_get(rv_json_at(frames, i), "camera");
		if (rv_json_type(camera) != RV_JSON_OBJECT) {
			camera = rv_json_get(record, "camera");
		}
		rv_str_clear(&who);
		rv_str_printf(&who, "sample '%s', frames[%zu]", id, i);
		compare_camera(&document->frames[i].camera, camera, rv_json_get(record, "resolution"), who.ptr, subject,
		               problems);
	}
	rv_str_release(&who);
}

void verify_transforms_compare(const struct verify_transforms *transforms, struct rv_json record, const char *id,
                               const char *subject, struct verify_problems *problems)
{
	if (!transforms || transforms->n_documents == 0) {
		return;
	}
	struct rv_json image = rv_json_get(rv_json_get(record, "files"), "image");
	const bool is_sequence = rv_json_type(image) == RV_JSON_ARRAY;
	const struct document *document = is_sequence ? find_document(transforms, id) : NULL;
	const struct frame *still = is_sequence ? NULL : find_still(transforms, id);
	if (document) {
		compare_sequence(document, record, id, subject, problems);
	} else if (still) {
		struct rv_str who = RV_STR_INIT;
		rv_str_printf(&who, "sample '%s'", id);
		compare_camera(&still->camera, rv_json_get(record, "camera"), rv_json_get(record, "resolution"),
		               who.ptr, subject, problems);
		rv_str_release(&who);
	} else {
		verify_problems_add(problems, RV_E_LABEL, subject, "sample '%s' is in no " VERIFY_TRANSFORMS_NAME, id);
	}
}

/* ---- against files ---- */

static size_t check_sizes(const struct document *document, const struct frame *frame,
                          verify_transforms_size_fn *size_of, void *context, struct verify_problems *problems)
{
	size_t n_files = 0;
	for (size_t k = 0; k < N_FILES; k++) {
		uint32_t width, height;
		if (frame->files[k] == SIZE_MAX) {
			continue;
		}
		n_files++;
		size_of(context, frame->files[k], &width, &height);
		if (width != frame->camera.width || height != frame->camera.height) {
			verify_problems_add(problems, RV_E_LABEL, document->subject,
			                    "'%s': its %s is %" PRIu32 "x%" PRIu32 ", its intrinsics are of %.9gx%.9g",
			                    frame->stem, file_keys[k], width, height, frame->camera.width,
			                    frame->camera.height);
		}
	}
	return n_files;
}

uint64_t verify_transforms_agree(const struct verify_transforms *transforms, verify_transforms_size_fn *size_of,
                                 void *context, struct verify_problems *problems)
{
	uint64_t n_samples = 0;
	size_t n_named = transforms->n_documents, n_there = 0;
	for (size_t i = 0; i < transforms->n_documents; i++) {
		const struct document *document = &transforms->documents[i];
		n_samples += document->id[0] ? 1 : document->n_frames;
		for (size_t k = 0; k < document->n_frames; k++) {
			n_named += check_sizes(document, &document->frames[k], size_of, context, problems);
		}
	}
	for (size_t i = 0; i < transforms->manifest->len; i++) {
		n_there += strncmp(transforms->manifest->files[i].path, VERIFY_TRANSFORMS_FOLDER,
		                   strlen(VERIFY_TRANSFORMS_FOLDER)) == 0;
	}
	if (n_named != n_there) {
		verify_problems_add(problems, RV_E_BAD_FILE, VERIFY_TRANSFORMS_FOLDER,
		                    "there are %zu files, but %zu that a " VERIFY_TRANSFORMS_NAME " names or is",
		                    n_there, n_named);
	}
	return n_samples;
}
