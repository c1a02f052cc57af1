/* SPDX-License-Identifier: MIT */
/* Hugging Face's ImageFolder: see hf_folder.h. */
#include "verify/formats/hf_folder.h"

static void *open_folder(const struct verify_context *context)
{
	return verify_hf_open(context, FORMAT_ID_hf);
}

const struct verify_class verify_hf = {
	.format = &format_hf,
	.tells = VERIFY_TELLS_PICTURES,
	.open = open_folder,
	.file = verify_hf_file,
	.take = verify_hf_take,
	.end = verify_hf_end,
	.free = verify_hf_free,
};
