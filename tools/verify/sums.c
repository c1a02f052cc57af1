/* SPDX-License-Identifier: MIT */
/* SHA256SUMS against the manifest. */
#include "verify/sums.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "vocabulary.h"

struct verify_sums {
	struct rv_hash *hash;             /* of what it must hold */
	char sha256[RV_HASH_HEX_LEN + 1]; /* as the manifest has it; "": the manifest does not have it */
};

struct verify_sums *verify_sums_new(void)
{
	struct verify_sums *const sums = rv_alloc_zero(1, sizeof(*sums));
	sums->hash = rv_hash_new();
	return sums;
}

void verify_sums_free(struct verify_sums *sums)
{
	rv_hash_free(sums->hash);
	free(sums);
}

void verify_sums_add(struct verify_sums *sums, const struct verify_manifest_file *file)
{
	if (strcmp(file->path, RV_SUMS_NAME) == 0) {
		memcpy(sums->sha256, file->sha256, sizeof(sums->sha256));
		return;
	}
	const bool has_escapes = strpbrk(file->path, "\\\n") != NULL;
	rv_hash_add(sums->hash, "\\", has_escapes);
	rv_hash_add(sums->hash, file->sha256, RV_HASH_HEX_LEN);
	rv_hash_add(sums->hash, "  ", 2);
	for (const char *at = file->path; *at;) {
		const size_t n = strcspn(at, "\\\n");
		rv_hash_add(sums->hash, at, n);
		at += n;
		if (*at) {
			rv_hash_add(sums->hash, *at == '\n' ? "\\n" : "\\\\", 2);
			at++;
		}
	}
	rv_hash_add(sums->hash, "\n", 1);
}

void verify_sums_end(struct verify_sums *sums, struct verify_problems *problems)
{
	char sha256[RV_HASH_HEX_LEN + 1];
	rv_hash_hex(sums->hash, sha256);
	if (!sums->sha256[0]) {
		verify_problems_add(problems, VERIFY_DATASET_SUMS, RV_SUMS_NAME, "the manifest does not have it");
	} else if (strcmp(sums->sha256, sha256) != 0) {
		verify_problems_add(problems, VERIFY_DATASET_SUMS, RV_SUMS_NAME,
		                    "it does not hold the digests of the manifest in the manifest's order");
	}
}
