/* SPDX-License-Identifier: MIT */
/* What an overlay shows of objects besides their masks: boxes in space, keypoints with their skeletons. */
#ifndef RV_MASK_PRODUCTS_FIGURES_H
#define RV_MASK_PRODUCTS_FIGURES_H

#include "mask/products/boxes.h"
#include "mask/products/points.h"

struct mask_figures {
	const struct mask_boxes *boxes;        /* NULL: they are not shown */
	const struct mask_points_list *points; /* likewise */
};

/* For `key`: all that decides what is drawn. */
void mask_product_figures_key(const struct mask_request *request, const struct mask_figures *figures,
                              struct rv_json_out *out);
/* Draws those of an object over the job's picture (pixels/figures.h). */
void mask_product_figures_draw(const struct mask_job *job, const struct mask_figures *figures, uint32_t index,
                               const struct mask_pen *pen);

#endif
