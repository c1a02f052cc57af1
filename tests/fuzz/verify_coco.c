/* SPDX-License-Identifier: MIT */
/* Fuzzes the reader of COCO's documents: a document in which it finds nothing wrong has as many images and
 * annotations as it told of. */
#include "fuzz.h"

#include "verify/formats/coco_document.h"

struct told {
	size_t n_images, n_annotations;
};

static int take_image(void *told, const char *name RV_UNUSED, size_t len RV_UNUSED, uint64_t id RV_UNUSED,
                      uint32_t width, uint32_t height, uint64_t position RV_UNUSED, struct rv_err *err RV_UNUSED)
{
	FUZZ_CHECK(width > 0 && height > 0);
	((struct told *)told)->n_images++;
	return 0;
}

static int take_annotation(void *told, const struct verify_coco_annotation *annotation, struct rv_err *err RV_UNUSED)
{
	FUZZ_CHECK(annotation->id > 0 && (annotation->width == 0) == (annotation->height == 0));
	((struct told *)told)->n_annotations++;
	return 0;
}

static void read_document(const uint8_t *data, size_t len, bool is_foreign)
{
	struct told told = { .n_images = 0 };
	const struct verify_coco_takes takes = { .image = take_image, .annotation = take_annotation, .context = &told };
	struct verify_problems problems = VERIFY_PROBLEMS_INIT;
	struct rv_source source = RV_SOURCE_INIT;
	struct rv_json json = RV_JSON_INIT;
	struct rv_err err = RV_ERR_INIT;
	rv_source_open_memory(&source, "annotations", data, len);
	FUZZ_CHECK(verify_coco_read(&source, "annotations.json", &takes, NULL, is_foreign, &problems, &err) == 0);
	if (problems.n_found == 0) {
		FUZZ_CHECK(rv_json_parse((const char *)data, len, &json, &err) == 0);
		FUZZ_CHECK(rv_json_len(rv_json_get(json, "images")) == told.n_images);
		FUZZ_CHECK(rv_json_len(rv_json_get(json, "annotations")) == told.n_annotations);
	}
	rv_json_release(&json);
	rv_source_close(&source);
	verify_problems_release(&problems);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	read_document(data, len, false);
	read_document(data, len, true);
	return 0;
}
