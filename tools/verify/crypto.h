/* SPDX-License-Identifier: MIT */
/* A Cryptomatte file: attributes, hashes, ids, coverage. */
#ifndef RV_VERIFY_CRYPTO_H
#define RV_VERIFY_CRYPTO_H

#include "verify/view.h"

void verify_crypto_check(struct verify_view *view, const char *name, const struct verify_planes *planes);

#endif
