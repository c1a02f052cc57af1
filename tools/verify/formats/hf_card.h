/* SPDX-License-Identifier: MIT */
/*
 * README.md of folders for Hugging Face, a folder for each split: it names those that have files, and no others.
 *
 *	verify_hf_card_read(&card, item);                    the card, on any thread
 *	verify_hf_card_take(&card, item); ...                each file in the folder of a split, one at a time
 *	verify_hf_card_end(&card, "hf/README.md", problems);
 */
#ifndef RV_VERIFY_FORMATS_HF_CARD_H
#define RV_VERIFY_FORMATS_HF_CARD_H

#include "verify/format.h"

#define VERIFY_HF_TEXT_MAX ((size_t)1 << 30) /* bytes of a card, or of rows */

struct verify_hf_card { /* to be zeroed */
	bool is_there, names_split[RV_SPLITS], has_split[RV_SPLITS];
};

void verify_hf_card_read(struct verify_hf_card *card, struct verify_item *item);
void verify_hf_card_take(struct verify_hf_card *card, struct verify_item *item);
void verify_hf_card_end(const struct verify_hf_card *card, const char *path, struct verify_problems *problems);

#endif
