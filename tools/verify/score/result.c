/* SPDX-License-Identifier: MIT */
/* Results: see result.h. */
#include "verify/score/result.h"

#include <stdlib.h>

void verify_score_result_release(struct verify_score_result *result)
{
	for (size_t i = 0; i < result->n_attempts; i++) {
		free(result->attempts[i].details);
		free(result->attempts[i].problem);
	}
	free(result->attempts);
	free(result->domain);
	free(result->difficulty);
	free(result->problem);
	*result = (struct verify_score_result) { .n_attempts = 0 };
}

double verify_score_result_mean(const struct verify_score_result *result)
{
	double sum = 0;
	for (size_t i = 0; i < result->n_attempts; i++) {
		sum += result->attempts[i].total;
	}
	return result->n_attempts > 0 ? sum / (double)result->n_attempts : 0;
}
