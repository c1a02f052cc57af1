/* SPDX-License-Identifier: MIT */
/*
 * Pages with plots, whole in themselves: HTML with plots as inline SVG, no script, no file beside it.
 *
 *	rv_plot_begin("Drift", 2, &html);
 *	rv_plot_open("size", "divergence 0.1", "log2 of pixels", &html);
 *	rv_plot_bars(shares, 2, 16, &html);
 *	rv_plot_close(&html);
 *	rv_plot_end(&html);
 *
 * What a page tells of several sets has the colours of the classes s0 and s1.
 */
#ifndef RV_PLOT_H
#define RV_PLOT_H

#include <stddef.h>

#include "str.h"

#define RV_PLOT_SETS_MAX 2

/* The page up to its heading, which is the caller's; after that rv_plot_main. */
void rv_plot_begin(const char *title, struct rv_str *html);
/* Where plots begin. */
void rv_plot_main(struct rv_str *html);
void rv_plot_end(struct rv_str *html);

/* A plot: its name, what it tells in words (NULL: nothing), and in small letters what its numbers are. Texts of any
 * kind. */
void rv_plot_open(const char *name, const char *said, const char *small, struct rv_str *html);
void rv_plot_close(struct rv_str *html);

/* Bars side by side, a group for each of n_bins; shares[k][i] is the height of set k in bin i; a bar of 0 is not drawn.
 * 1 to RV_PLOT_SETS_MAX sets. */
void rv_plot_bars(const double *const *shares, size_t n_sets, size_t n_bins, struct rv_str *html);
/* A heat map, row by row from the top left; shares of all, 0 is white. */
void rv_plot_cells(const double *shares, size_t n_columns, size_t n_rows, struct rv_str *html);
/* A bar from the left for each name. */
struct rv_plot_row {
	const char *name;
	double share;
};
void rv_plot_rows(const struct rv_plot_row *rows, size_t n, struct rv_str *html);

#endif
