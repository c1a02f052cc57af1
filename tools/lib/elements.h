/* SPDX-License-Identifier: MIT */
/*
 * JSON documents that are too long to be held, such as COCO's: an object with long arrays, read from a source
 * element by element, so that memory grows with neither. Documents may have any length.
 *
 *	static const char *const lists[] = { "images", "annotations", NULL };
 *	int status = rv_elements_read(&source, lists, take, context, &rest, err);
 *
 * Strict, as scan.h is: the whole source must be one object with distinct keys.
 */
#ifndef RV_ELEMENTS_H
#define RV_ELEMENTS_H

#include "err.h"
#include "scan.h"
#include "source.h"

#define RV_ELEMENT_MAX ((size_t)64 << 20) /* bytes of one element, and of all that is in no list */

/* An element of lists[list], the `position`th from 0: one JSON value, checked, without blanks around it. -1 with *err
 * ends the reading. */
typedef int rv_element_fn(void *context, size_t list, uint64_t position, struct rv_span text, struct rv_err *err);

/*
 * Hands each element of the arrays at the top that are called as `lists` (ended by NULL) says to `take`, in the order
 * of the document. *rest is replaced by the document with these arrays empty, checked: a list that is not there, or
 * that is no array, is seen in it. Fails with RV_E_BAD_JSON, which names the list and position or the byte, and with
 * RV_E_LIMIT; some elements may have been handed out by then.
 */
int rv_elements_read(const struct rv_source *source, const char *const *lists, rv_element_fn *take, void *context,
                     struct rv_str *rest, struct rv_err *err) RV_MUST_USE;

#endif
