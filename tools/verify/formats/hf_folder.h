/* SPDX-License-Identifier: MIT */
/*
 * Folders for Hugging Face: a card that names the folder of each split, in each folder a row for every file and a file
 * for every row, of the size that the row says; boxes in the picture.
 */
#ifndef RV_VERIFY_FORMATS_HF_FOLDER_H
#define RV_VERIFY_FORMATS_HF_FOLDER_H

#include "verify/format.h"

/* The functions of a class whose format has the paths "card", "rows" and "file". */
void *verify_hf_open(const struct verify_context *context, enum format_id format);
int verify_hf_file(void *state, struct verify_item *item, struct rv_err *err) RV_MUST_USE;
int verify_hf_take(void *state, struct verify_item *item, struct rv_err *err) RV_MUST_USE;
int verify_hf_end(void *state, struct verify_problems *problems, struct rv_err *err) RV_MUST_USE;
void verify_hf_free(void *state);

#endif
