/* SPDX-License-Identifier: MIT */
/* What a product works with while it makes the labels of one picture. */
#ifndef RV_MASK_JOB_H
#define RV_MASK_JOB_H

#include "mask/files.h"
#include "mask/planes.h"
#include "mask/scratch.h"

/* The name of a role of roles.def: MASK_ROLE(DEPTH). */
#define MASK_ROLE(constant) (rv_roles[RV_ROLE_##constant].name)

struct mask_job {
	const struct mask_request *request;
	const struct mask_view *view;
	const struct rv_picture *picture;
	const struct mask_values *values;
	const struct mask_values *others; /* private: of each view of the request */
	struct mask_opened opened;        /* the rendered passes; none where kept files take their place */
	struct mask_scratch *scratch;
	struct mask_files *files;
	struct rv_arena *arena;         /* gone after the picture */
	size_t product;                 /* the one at work */
	const void **found;             /* private: of each product */
	void **surveyed;                /* private, likewise */
	void **collected;               /* private, likewise: of all pictures of the view */
	const struct rv_picture *other; /* private: the one that was read last, */
	size_t other_view;              /* and the place of its view in the request */
	bool has_labels;                /* private */
};

/* What the product at work took of the record. */
const void *mask_data(const struct mask_job *job);
/* What the product at work found out about the picture's labels (`measure`). */
const void *mask_found(const struct mask_job *job);
/* What the product at work found out about all pictures of the view (`survey`). */
const void *mask_surveyed(const struct mask_job *job);
/* What the product at work collects from a picture of the view, zeros at first. */
void *mask_collected(const struct mask_job *job, const struct rv_picture *picture);
/* True when the product is to write the file of this role now. */
bool mask_makes(const struct mask_job *job, const char *role);
/* The roles of the product that are to be made now, one after the other: *at is 0 before the first. NULL after the
 * last. */
const char *mask_next_role(const struct mask_job *job, size_t *at);
/* The planes of a pass (or of a role that it is made from, see struct mask_role), in the order of its channels; NULL
 * where there are none. They belong to the products that read the pass. */
struct rv_image *mask_planes(const struct mask_job *job, const char *role);
/* Reads another picture, for a product that says so (reads_others, reads_views); its planes, until the next one is. */
int mask_read_other(struct mask_job *job, const struct rv_picture *other, struct rv_err *err) RV_MUST_USE;
const struct rv_image *mask_other_planes(const struct mask_job *job, const char *role);
/* True when these planes are as they were rendered; else they are what a label made of them. */
bool mask_are_raw(const struct mask_job *job, const char *role);
/* The labels in the picture's index map, found when they are first asked for; NULL with *err where the map holds what
 * is no index. */
const struct mask_labels *mask_labels(struct mask_job *job, struct rv_err *err);
/* True when the label's object gets an annotation. */
bool mask_is_annotated(const struct mask_label *label);
/* Puts "'PATH': channel 'NAME': " before the message about a pass of one channel. */
int mask_fail_pass(const struct mask_job *job, const char *role, struct rv_err *err);

/* What draws over pictures for people, and how high text is on one of this size. */
struct rv_draw *mask_draw(struct mask_job *job);
double mask_text_size(const struct rv_image *image);

/* Write the file of a role. */
int mask_put_png(struct mask_job *job, const char *role, const struct rv_image *image, struct rv_err *err) RV_MUST_USE;
int mask_put_exr(struct mask_job *job, const char *role, const struct rv_exr_plane *planes, size_t n,
                 const struct rv_exr_text *texts, size_t n_texts, struct rv_err *err) RV_MUST_USE;
int mask_put_bytes(struct mask_job *job, const char *role, const struct rv_str *bytes, struct rv_err *err) RV_MUST_USE;
/* Write one of the files of a role that is a folder: INDEX.png, in five digits or more. */
int mask_put_object(struct mask_job *job, const char *role, uint32_t index, const struct rv_image *image,
                    struct rv_err *err) RV_MUST_USE;
/* Appends its path below the sample's directory. */
void mask_object_path(const struct mask_job *job, const char *role, uint32_t index, struct rv_str *path);

#endif
