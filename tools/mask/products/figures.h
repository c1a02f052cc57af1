/* SPDX-License-Identifier: MIT */
/* What an overlay shows of objects besides their masks: boxes in space, keypoints with their skeletons, tracks. */
#ifndef RV_MASK_PRODUCTS_FIGURES_H
#define RV_MASK_PRODUCTS_FIGURES_H

#include "mask/products/boxes.h"
#include "mask/products/points.h"
#include "mask/products/track_points.h"
#include "palette.h"

struct mask_figures {
	const struct mask_boxes *boxes;         /* NULL: they are not shown */
	const struct mask_points_list *points;  /* likewise */
	const struct mask_track_source *tracks; /* likewise */
};

/* For `key`: all that decides what is drawn. */
void mask_product_figures_key(const struct mask_request *request, const struct mask_figures *figures,
                              struct rv_json_out *out);
/* Draws those of an object over the job's picture (pixels/figures.h). */
void mask_product_figures_draw(const struct mask_job *job, const struct mask_figures *figures, uint32_t index,
                               const struct mask_pen *pen);
/* Draws the tracks of all objects but a floor, with where they were in the pictures before, which it reads: a colour
 * for each. Draws nothing where there is no depth, or the camera is no pinhole. */
int mask_product_figures_tracks(struct mask_job *job, const struct mask_figures *figures,
                                const struct rv_palette *palette, struct mask_pen *pen, struct rv_err *err) RV_MUST_USE;

#endif
