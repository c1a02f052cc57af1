/* SPDX-License-Identifier: MIT */
/* Drawing over pictures: everything becomes an outline, which FreeType's rasterizer turns into spans of coverage. */
#include "draw.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_MODULE_H
#include FT_OUTLINE_H
#include FT_STROKER_H
#include <math.h>
#include <stdlib.h>

#include "alloc.h"

#define UNITS 64          /* of FreeType in a pixel */
#define FAR_PX 100000     /* places beyond are cut to this, so that no unit overflows */
#define CHUNK_POINTS 1000 /* of a line: an outline counts its points in 16 bits */
#define AREA_POINTS 32000

/* DejaVu Sans, whole: its licence is in it. RV_FONT is its path where rv is built. */
__asm__(".section .rodata\n"
        ".balign 16\n"
        ".global rv_draw_font\n"
        "rv_draw_font:\n"
        ".incbin \"" RV_FONT "\"\n"
        ".global rv_draw_font_end\n"
        "rv_draw_font_end:\n"
        ".previous\n");
extern const unsigned char rv_draw_font[], rv_draw_font_end[];

struct rv_draw {
	struct FT_MemoryRec_ memory;
	FT_Library library;
	FT_Face face;
	FT_Stroker stroker;
};

/* ---- memory ---------------------------------------------------------------------------------------------------- */

static void *allocate(FT_Memory memory, long size)
{
	(void)memory;
	return rv_alloc((size_t)size);
}

static void release(FT_Memory memory, void *block)
{
	(void)memory;
	free(block);
}

static void *reallocate(FT_Memory memory, long old_size, long size, void *block)
{
	(void)memory;
	(void)old_size;
	return rv_realloc(block, (size_t)size, 1);
}

struct rv_draw *rv_draw_new(void)
{
	struct rv_draw *const draw = rv_alloc_zero(1, sizeof(*draw));
	draw->memory = (struct FT_MemoryRec_) { .alloc = allocate, .free = release, .realloc = reallocate };
	/* not FT_Init_FreeType, which takes properties from the environment */
	if (FT_New_Library(&draw->memory, &draw->library) != 0) {
		abort(); /* memory is all that can be missing, and that has ended the program */
	}
	FT_Add_Default_Modules(draw->library);
	if (FT_New_Memory_Face(draw->library, rv_draw_font, rv_draw_font_end - rv_draw_font, 0, &draw->face) != 0 ||
	    FT_Stroker_New(draw->library, &draw->stroker) != 0) {
		abort();
	}
	return draw;
}

void rv_draw_free(struct rv_draw *draw)
{
	if (draw) {
		FT_Stroker_Done(draw->stroker);
		FT_Done_Face(draw->face);
		FT_Done_Library(draw->library);
		free(draw);
	}
}

/* ---- outlines -------------------------------------------------------------------------------------------------- */

struct target {
	struct rv_image *image;
	struct rv_draw_ink ink;
};

static uint8_t blend(uint8_t below, uint8_t above, unsigned int opacity)
{
	return (uint8_t)((above * opacity + below * (255 - opacity) + 127) / 255);
}

/* FreeType's rows go up. */
static void put_spans(int y, int n, const FT_Span *spans, void *user)
{
	const struct target *const target = user;
	const struct rv_image *const image = target->image;
	const size_t row = (size_t)(image->height - 1 - (uint32_t)y) * image->width;
	for (int i = 0; i < n; i++) {
		const unsigned int opacity = (spans[i].coverage * target->ink.opacity + 127U) / 255;
		uint8_t *at = image->u8 + 3 * (row + (size_t)spans[i].x);
		for (unsigned int k = 0; k < spans[i].len; k++, at += 3) {
			for (size_t c = 0; c < 3; c++) {
				at[c] = blend(at[c], target->ink.rgb[c], opacity);
			}
		}
	}
}

static void fill(struct rv_draw *draw, struct rv_image *image, struct rv_draw_ink ink, FT_Outline *outline)
{
	struct target target = { .image = image, .ink = ink };
	FT_Raster_Params params = { .flags = FT_RASTER_FLAG_AA | FT_RASTER_FLAG_DIRECT | FT_RASTER_FLAG_CLIP,
		                    .gray_spans = put_spans,
		                    .user = &target,
		                    .clip_box = { 0, 0, (FT_Pos)image->width, (FT_Pos)image->height } };
	(void)FT_Outline_Render(draw->library, outline, &params); /* it fails on no outline that is made here */
}

static FT_Pos units(double px)
{
	return lround(RV_MIN(RV_MAX(px, -(double)FAR_PX), (double)FAR_PX) * UNITS);
}

static FT_Vector place(const struct rv_image *image, struct rv_draw_point point)
{
	return (FT_Vector) { units(point.x), (FT_Pos)image->height * UNITS - units(point.y) };
}

/* An outline of one ring, or of one line. */
static void make_outline(struct rv_draw *draw, const struct rv_image *image, const struct rv_draw_point *points,
                         size_t n, FT_Outline *outline)
{
	if (FT_Outline_New(draw->library, (FT_UInt)n, 1, outline) != 0) {
		abort();
	}
	for (size_t i = 0; i < n; i++) {
		outline->points[i] = place(image, points[i]);
		outline->tags[i] = FT_CURVE_TAG_ON;
	}
	outline->contours[0] = (short)(n - 1);
}

void rv_draw_area(struct rv_draw *draw, struct rv_image *image, struct rv_draw_ink ink,
                  const struct rv_draw_point *points, size_t n)
{
	FT_Outline outline;
	if (n >= 3 && n <= AREA_POINTS) {
		make_outline(draw, image, points, n, &outline);
		fill(draw, image, ink, &outline);
		FT_Outline_Done(draw->library, &outline);
	}
}

void rv_draw_box(struct rv_draw *draw, struct rv_image *image, struct rv_draw_ink ink, double x, double y, double width,
                 double height)
{
	rv_draw_area(draw, image, ink,
	             (const struct rv_draw_point[]) {
	                     { x, y }, { x + width, y }, { x + width, y + height }, { x, y + height } },
	             4);
}

/* ---- lines ----------------------------------------------------------------------------------------------------- */

static void stroke(struct rv_draw *draw, struct rv_image *image, struct rv_draw_ink ink, FT_Outline *path,
                   bool is_closed)
{
	FT_UInt n_points, n_contours;
	FT_Outline outline;
	if (FT_Stroker_ParseOutline(draw->stroker, path, !is_closed) != 0 ||
	    FT_Stroker_GetCounts(draw->stroker, &n_points, &n_contours) != 0 ||
	    FT_Outline_New(draw->library, n_points, (FT_Int)n_contours, &outline) != 0) {
		return; /* a line without length */
	}
	outline.n_points = outline.n_contours = 0;
	FT_Stroker_Export(draw->stroker, &outline);
	fill(draw, image, ink, &outline);
	FT_Outline_Done(draw->library, &outline);
}

void rv_draw_line(struct rv_draw *draw, struct rv_image *image, struct rv_draw_ink ink, double width_px,
                  const struct rv_draw_point *points, size_t n, bool is_closed)
{
	FT_Stroker_Set(draw->stroker, units(width_px / 2), FT_STROKER_LINECAP_ROUND, FT_STROKER_LINEJOIN_ROUND, 0);
	const bool is_whole = is_closed && n <= CHUNK_POINTS;
	for (size_t from = 0; n >= 2 && from + 1 < n; from += CHUNK_POINTS - 1) {
		FT_Outline path;
		make_outline(draw, image, points + from, RV_MIN(n - from, (size_t)CHUNK_POINTS), &path);
		stroke(draw, image, ink, &path, is_whole);
		FT_Outline_Done(draw->library, &path);
	}
	if (is_closed && !is_whole) {
		rv_draw_line(draw, image, ink, width_px, (const struct rv_draw_point[]) { points[n - 1], points[0] }, 2,
		             false);
	}
}

/* ---- text ------------------------------------------------------------------------------------------------------ */

/* The next letter of UTF-8 text; what is none is U+FFFD, a byte long. */
static uint32_t next_letter(const char **text)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *const at = (const unsigned char *)*text;
	const size_t len = at[0] < 0x80 ? 1 : at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : at[0] >= 0xc0 ? 2 : 0;
	uint32_t letter = len == 1 ? at[0] : at[0] & (0x7fU >> len);
	bool is_good = len > 0 && at[0] < 0xf8;
	for (size_t i = 1; is_good && i < len; i++) {
		is_good = (at[i] & 0xc0) == 0x80;
		letter = letter << 6 | (at[i] & 0x3fU);
	}
	is_good = is_good && letter >= least[len];
	*text += is_good ? len : 1;
	return is_good ? letter : 0xfffd;
}

/* Calls fill for each letter where `image` is given; how far the pen went, in units. */
static FT_Pos write_text(struct rv_draw *draw, struct rv_image *image, struct rv_draw_ink ink, FT_Vector pen,
                         double size_px, const char *text)
{
	const FT_Pos start = pen.x;
	FT_UInt before = 0;
	(void)FT_Set_Char_Size(draw->face, 0, units(size_px), 72, 72); /* 72 points an inch: a point is a pixel */
	while (*text) {
		const FT_UInt glyph = FT_Get_Char_Index(draw->face, next_letter(&text));
		FT_Vector kerning = { 0, 0 };
		(void)FT_Get_Kerning(draw->face, before, glyph, FT_KERNING_UNFITTED, &kerning);
		if (FT_Load_Glyph(draw->face, glyph, FT_LOAD_NO_HINTING | FT_LOAD_NO_BITMAP) == 0) {
			pen.x += kerning.x;
			if (image) {
				FT_Outline_Translate(&draw->face->glyph->outline, pen.x, pen.y);
				fill(draw, image, ink, &draw->face->glyph->outline);
			}
			pen.x += draw->face->glyph->linearHoriAdvance / (65536 / UNITS);
		}
		before = glyph;
	}
	return pen.x - start;
}

void rv_draw_text(struct rv_draw *draw, struct rv_image *image, struct rv_draw_ink ink, double x, double y,
                  double size_px, const char *text)
{
	write_text(draw, image, ink, place(image, (struct rv_draw_point) { x, y }), size_px, text);
}

double rv_draw_text_width(struct rv_draw *draw, double size_px, const char *text)
{
	return (double)write_text(draw, NULL, (struct rv_draw_ink) { { 0 }, 0 }, (FT_Vector) { 0, 0 }, size_px, text) /
	       UNITS;
}
