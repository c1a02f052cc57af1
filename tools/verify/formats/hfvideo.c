/* SPDX-License-Identifier: MIT */
/* Hugging Face's VideoFolder: see hf_folder.h. */
#include "verify/formats/hf_folder.h"

static void *open_folder(const struct verify_context *context)
{
	return verify_hf_open(context, FORMAT_ID_hfvideo);
}

const struct verify_class verify_hfvideo = {
	.format = &format_hfvideo,
	.tells = VERIFY_TELLS_NUMBERS,
	.open = open_folder,
	.file = verify_hf_file,
	.take = verify_hf_take,
	.end = verify_hf_end,
	.free = verify_hf_free,
};
