/* SPDX-License-Identifier: MIT */
/* What the file of each role must hold. */
#ifndef RV_VERIFY_ROLES_H
#define RV_VERIFY_ROLES_H

#include "verify/view.h"

/* Checks one file of the picture: it is there, decodes to its end, has the sample's size, and what its role promises. A
 * role that is not known is only decoded. */
void verify_role_check_file(struct verify_view *view, const char *role, const char *name);

#endif
