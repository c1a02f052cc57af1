/* SPDX-License-Identifier: MIT */
/* Dataset cards: see hf_card.h. */
#include "verify/formats/hf_card.h"

#include <string.h>

void verify_hf_card_read(struct verify_hf_card *card, struct verify_item *item)
{
	static const char path[] = "    path: \"", head[] = "---\n";
	struct rv_str text = RV_STR_INIT;
	if (verify_item_load(item, VERIFY_HF_TEXT_MAX, &text)) {
		const char *const end = strncmp(text.ptr, head, 4) == 0 ? strstr(text.ptr + 4, "\n---\n") : NULL;
		for (const char *at = end ? strstr(text.ptr, path) : NULL; at && at < end; at = strstr(at + 1, path)) {
			for (enum rv_split split = 0; split < RV_SPLITS; split++) {
				const char *const name = at + strlen(path);
				const size_t len = strlen(rv_split_names[split]);
				card->names_split[split] |= strncmp(name, rv_split_names[split], len) == 0 &&
				                            strncmp(name + len, "/**\"\n", 5) == 0;
			}
		}
		card->is_there = end != NULL;
		if (!end) {
			verify_problems_add(item->problems, VERIFY_HF_CARD, item->path,
			                    "it has no head between two lines of three dashes");
		}
	}
	rv_str_release(&text);
}

void verify_hf_card_take(struct verify_hf_card *card, struct verify_item *item)
{
	const enum rv_split split = rv_split_find(item->place.split);
	if (split < RV_SPLITS) {
		card->has_split[split] = true;
	} else {
		verify_problems_add(item->problems, VERIFY_HF_CARD, item->path, "'%s' is no split", item->place.split);
	}
}

void verify_hf_card_end(const struct verify_hf_card *card, const char *path, struct verify_problems *problems)
{
	for (enum rv_split split = 0; split < RV_SPLITS && card->is_there; split++) {
		if (card->names_split[split] != card->has_split[split]) {
			verify_problems_add(problems, VERIFY_HF_CARD, path,
			                    card->has_split[split] ? "it does not name the folder %s"
			                                           : "it names the folder %s, where no file is",
			                    rv_split_names[split]);
		}
	}
}
