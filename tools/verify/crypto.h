/* SPDX-License-Identifier: MIT */
/* A Cryptomatte file: attributes, hashes, ids, coverage. */
#ifndef RV_VERIFY_CRYPTO_H
#define RV_VERIFY_CRYPTO_H

#include "verify/view.h"

void rv_crypto_check(struct rv_view *view, const char *name, const struct rv_planes *planes);

#endif
