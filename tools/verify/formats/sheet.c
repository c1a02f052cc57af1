/* SPDX-License-Identifier: MIT */
/* The contact sheet: it decodes. */
#include "verify/format.h"

const struct verify_class verify_sheet = { .format = &format_sheet };
