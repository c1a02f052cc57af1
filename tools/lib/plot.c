/* SPDX-License-Identifier: MIT */
/* Pages with plots: see plot.h. */
#include "plot.h"

#include <math.h>

#include "markup.h"

#define WIDTH 480 /* of a plot, in units of its own */
#define HEIGHT 140
#define ROW_HEIGHT 18
#define NAME_WIDTH 160 /* of a row's name */
#define CELL 30

static const char head[] =
        "</title>\n<style>\n"
        "body { font: 15px/1.4 sans-serif; max-width: 1060px; margin: 2em auto; padding: 0 1em; color: #222 }\n"
        "main { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(480px, 100%), 1fr)); gap: 1.5em }\n"
        "figure { margin: 0 } figcaption { margin-bottom: .3em } svg { width: 100%; background: #f6f6f6 }\n"
        "svg text { font-size: 12px } svg.cells { width: 50% }\n"
        ".s0 { fill: #1f6fb4 } .s1 { fill: #e08a1e } small { color: #666 }\n"
        "h1 span.s0 { color: #1f6fb4 } h1 span.s1 { color: #e08a1e }\n</style>\n</head>\n<body>\n";

void rv_plot_begin(const char *title, struct rv_str *html)
{
	rv_str_puts(html, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	                  "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
	rv_markup_put(title, html);
	rv_str_puts(html, head);
}

void rv_plot_main(struct rv_str *html)
{
	rv_str_puts(html, "<main>\n");
}

void rv_plot_end(struct rv_str *html)
{
	rv_str_puts(html, "</main>\n</body>\n</html>\n");
}

void rv_plot_open(const char *name, const char *said, const char *small, struct rv_str *html)
{
	rv_str_puts(html, "<figure>\n<figcaption><b>");
	rv_markup_put(name, html);
	rv_str_puts(html, "</b>");
	if (said) {
		rv_str_puts(html, ": ");
		rv_markup_put(said, html);
	}
	rv_str_puts(html, "<br><small>");
	rv_markup_put(small, html);
	rv_str_puts(html, "</small></figcaption>\n");
}

void rv_plot_close(struct rv_str *html)
{
	rv_str_puts(html, "</figure>\n");
}

static void put_title(double share, struct rv_str *html)
{
	rv_str_printf(html, "<title>%.4f</title></rect>\n", share);
}

void rv_plot_bars(const double *const *shares, size_t n_sets, size_t n_bins, struct rv_str *html)
{
	const double step = (double)WIDTH / (double)n_bins, width = 0.84 * step / (double)n_sets;
	double most = 0;
	for (size_t i = 0; i < n_sets * n_bins; i++) {
		most = fmax(most, shares[i % n_sets][i / n_sets]);
	}
	rv_str_printf(html, "<svg viewBox=\"0 0 %d %d\" role=\"img\">\n", WIDTH, HEIGHT);
	for (size_t i = 0; i < n_sets * n_bins; i++) {
		const size_t set = i % n_sets, bin = i / n_sets;
		const double share = shares[set][bin], height = share > 0 ? share / most * (HEIGHT - 4) : 0;
		if (share > 0) {
			rv_str_printf(
			        html, "<rect class=\"s%zu\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\">", set,
			        step * ((double)bin + 0.08) + width * (double)set, HEIGHT - height, width, height);
			put_title(share, html);
		}
	}
	rv_str_puts(html, "</svg>\n");
}

void rv_plot_cells(const double *shares, size_t n_columns, size_t n_rows, struct rv_str *html)
{
	double most = 0;
	for (size_t i = 0; i < n_columns * n_rows; i++) {
		most = fmax(most, shares[i]);
	}
	rv_str_printf(html, "<svg class=\"cells\" viewBox=\"0 0 %zu %zu\" role=\"img\">\n", n_columns * CELL,
	              n_rows * CELL);
	for (size_t i = 0; i < n_columns * n_rows; i++) {
		if (shares[i] > 0) {
			rv_str_printf(html,
			              "<rect class=\"s0\" x=\"%zu\" y=\"%zu\" width=\"%d\" height=\"%d\" "
			              "fill-opacity=\"%.3f\">",
			              i % n_columns * CELL, i / n_columns * CELL, CELL, CELL, shares[i] / most);
			put_title(shares[i], html);
		}
	}
	rv_str_puts(html, "</svg>\n");
}

void rv_plot_rows(const struct rv_plot_row *rows, size_t n, struct rv_str *html)
{
	double most = 0;
	for (size_t i = 0; i < n; i++) {
		most = fmax(most, rows[i].share);
	}
	rv_str_printf(html, "<svg viewBox=\"0 0 %d %zu\" role=\"img\">\n", WIDTH, n * ROW_HEIGHT);
	for (size_t i = 0; i < n; i++) {
		const size_t top = i * ROW_HEIGHT;
		const double width = rows[i].share > 0 ? rows[i].share / most * (WIDTH - NAME_WIDTH - 4) : 0;
		rv_str_printf(html, "<text x=\"2\" y=\"%zu\">", top + ROW_HEIGHT - 5);
		rv_markup_put(rows[i].name, html);
		rv_str_printf(html, "</text>\n<rect class=\"s0\" x=\"%d\" y=\"%zu\" width=\"%.2f\" height=\"%d\">",
		              NAME_WIDTH, top + 2, width, ROW_HEIGHT - 4);
		put_title(rows[i].share, html);
	}
	rv_str_puts(html, "</svg>\n");
}
