/* SPDX-License-Identifier: MIT */
/* Fuzzes the readers of .npy and .flo files: the first byte says which; what is accepted has all its numbers. */
#include "fuzz.h"

#include <math.h>

#include "verify/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len == 0) {
		return 0;
	}
	const bool is_flow = data[0] % 2 == 1;
	struct verify_decoded decoded = VERIFY_DECODED_INIT;
	struct rv_source source;
	struct rv_err err = RV_ERR_INIT;
	rv_source_open_memory(&source, "input", data + 1, len - 1);
	if (verify_decode(&source, is_flow ? "a.flo" : "a.npy", true, &decoded, &err) == 0) {
		const size_t n = (size_t)decoded.width * decoded.height * (is_flow ? 2 : 1);
		size_t n_finite = 0;
		FUZZ_CHECK(decoded.vectors && n > 0 && n * sizeof(float) < len);
		for (size_t i = 0; i < n; i++) {
			n_finite += isfinite(decoded.vectors[i]);
		}
		FUZZ_CHECK(n_finite <= n);
	} else {
		FUZZ_CHECK(err.text[0] != '\0');
	}
	verify_decoded_release(&decoded);
	rv_source_close(&source);
	return 0;
}
