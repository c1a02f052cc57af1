/* SPDX-License-Identifier: MIT */
#include "ssim.h"

#include <math.h>
#include <string.h>

#include "alloc.h"
#include "check.h"
#include "file.h"
#include "json.h"

/* Those of data/ssim.py: a pattern, and the same with noise. */
static void draw(int width, int height, int noise, unsigned char *a, unsigned char *b)
{
	for (int y = 0; y < height; y++) {
		for (int x = 0; x < width; x++) {
			const int value = (x * 7 + y * 3 + x * y / 5) % 256;
			const int other = value + (x * 31 + y * 17 + x * y) % (2 * noise + 1) - noise;
			*a++ = (unsigned char)value;
			*b++ = (unsigned char)RV_MIN(RV_MAX(other, 0), 255);
		}
	}
}

static void as_numpy(void)
{
	struct rv_err err;
	struct rv_str text = RV_STR_INIT;
	struct rv_json pairs = RV_JSON_INIT;
	if (CHECK_OK(rv_file_read(check_data("data/ssim.json"), 1 << 20, &text, &err), &err) &&
	    CHECK_OK(rv_json_parse(text.ptr, text.len, &pairs, &err), &err)) {
		CHECK(rv_json_len(pairs) >= 8);
		for (size_t i = 0; i < rv_json_len(pairs); i++) {
			struct rv_json pair = rv_json_at(pairs, i);
			const int width = (int)rv_json_number(rv_json_get(pair, "width"), 0);
			const int height = (int)rv_json_number(rv_json_get(pair, "height"), 0);
			const size_t n = (size_t)width * (size_t)height;
			unsigned char *const a = rv_alloc(n), *const b = rv_alloc(n);
			draw(width, height, (int)rv_json_number(rv_json_get(pair, "noise"), 0), a, b);
			CHECK_NEAR(rv_ssim(a, b, (size_t)width, (size_t)height),
			           rv_json_number(rv_json_get(pair, "ssim"), NAN), 1e-5);
			CHECK_NEAR(rv_psnr(a, b, n), rv_json_number(rv_json_get(pair, "psnr"), NAN), 1e-8);
			free(a);
			free(b);
		}
	}
	rv_json_release(&pairs);
	rv_str_release(&text);
}

static void equal(void)
{
	static unsigned char a[70 * 40], b[70 * 40];
	draw(70, 40, 99, a, b);
	CHECK_NEAR(rv_ssim(a, a, 70, 40), 1, 0);
	CHECK(isinf(rv_psnr(a, a, sizeof(a))));
	CHECK_NEAR(rv_ssim(a, b, 70, 40), rv_ssim(b, a, 70, 40), 0);
	memset(a, 255, sizeof(a)); /* floats of bright, even pictures lose nothing */
	memset(b, 254, sizeof(b));
	CHECK_NEAR(rv_ssim(a, a, 70, 40), 1, 0);
	CHECK_NEAR(rv_ssim(a, b, 70, 40), (2 * 255.0 * 254 + 6.5025) / (255.0 * 255 + 254.0 * 254 + 6.5025), 1e-6);
	CHECK_NEAR(rv_psnr(a, b, sizeof(a)), 20 * log10(255), 1e-12);
	/* more samples than one sum of squares takes */
	static unsigned char black[200000], white[200000];
	memset(white, 255, sizeof(white));
	CHECK_NEAR(rv_psnr(black, white, sizeof(black)), 0, 1e-12);
}

CHECK_MODULE(ssim)
{
	check_case("SSIM and PSNR are those of data/ssim.json", as_numpy);
	check_case("equal pictures, even ones, opposite ones", equal);
}
