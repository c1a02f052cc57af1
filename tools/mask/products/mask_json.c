/* SPDX-License-Identifier: MIT */
/* What is said of every mask. */
#include "mask/products/mask_json.h"

void mask_product_put_area(const struct mask_label *label, struct rv_json_out *out)
{
	rv_json_open(out, "bbox", '[');
	for (size_t i = 0; i < 4; i++) {
		rv_json_put_u64(out, NULL, label->bbox[i]);
	}
	rv_json_close(out, ']');
	rv_json_put_u64(out, "area", label->area_px);
}

void mask_product_put_rle(const struct rv_rle *rle, struct rv_json_out *out)
{
	mask_product_put_run_lengths("rle", rle, out);
}

void mask_product_put_run_lengths(const char *key, const struct rv_rle *rle, struct rv_json_out *out)
{
	struct rv_str counts = RV_STR_INIT;
	rv_rle_compress(rle, &counts);
	rv_json_open(out, key, '{');
	rv_json_open(out, "size", '[');
	rv_json_put_u64(out, NULL, rle->height);
	rv_json_put_u64(out, NULL, rle->width);
	rv_json_close(out, ']');
	rv_json_put_bytes(out, "counts", counts.ptr, counts.len);
	rv_json_close(out, '}');
	rv_str_release(&counts);
}
