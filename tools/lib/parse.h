/* SPDX-License-Identifier: MIT */
/*
 * Text to numbers, strictly: the whole text must be the value, no blanks, no locale, range checked. On failure *err
 * says what was found and what is allowed; `what` names the value ("--jobs", "field 'seed'").
 */
#ifndef RV_PARSE_H
#define RV_PARSE_H

#include "err.h"

#define RV_SEED_MAX ((UINT64_C(1) << 53) - 1) /* exact in every JSON reader */

int rv_parse_u64(const char *text, const char *what, uint64_t min, uint64_t max, uint64_t *out,
                 struct rv_err *err) RV_MUST_USE;
int rv_parse_i64(const char *text, const char *what, int64_t min, int64_t max, int64_t *out,
                 struct rv_err *err) RV_MUST_USE;
/* Finite only. */
int rv_parse_double(const char *text, const char *what, double min, double max, double *out,
                    struct rv_err *err) RV_MUST_USE;
/* Bytes with an optional suffix K M G T (base 1024) or KB MB GB TB (base 1000): "64M". */
int rv_parse_size(const char *text, const char *what, uint64_t *out, struct rv_err *err) RV_MUST_USE;
/* Seconds with an optional suffix ms s m h: "1.5", "250ms", "2m". */
int rv_parse_seconds(const char *text, const char *what, double *out, struct rv_err *err) RV_MUST_USE;
/* "24", "30000/1001": both parts 1..RV_RATIO_MAX. */
#define RV_RATIO_MAX 1000000
int rv_parse_ratio(const char *text, const char *what, uint32_t *num, uint32_t *den, struct rv_err *err) RV_MUST_USE;
/* "auto" gives `automatic`. */
#define RV_JOBS_MAX 1024
int rv_parse_jobs(const char *text, const char *what, size_t automatic, size_t *out, struct rv_err *err) RV_MUST_USE;
/* "640,480" or "640x480": both 1..RV_IMAGE_SIDE_MAX. */
int rv_parse_resolution(const char *text, const char *what, uint32_t *width, uint32_t *height,
                        struct rv_err *err) RV_MUST_USE;

/* The candidate nearest to `word` by edit distance (transpositions count one), or NULL when none is near: at most a
 * third of its length away. `candidates` ends with NULL. */
const char *rv_nearest_name(const char *word, const char *const *candidates);

#endif
