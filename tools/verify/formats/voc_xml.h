/* SPDX-License-Identifier: MIT */
/*
 * XML without attributes, as Pascal VOC has it: elements that hold either elements or text.
 *
 *	<annotation><size><width>4</width></size></annotation>
 *
 * gives ("annotation/size/width", "4"), ("annotation/size", NULL), ("annotation", NULL).
 */
#ifndef RV_VERIFY_FORMATS_VOC_XML_H
#define RV_VERIFY_FORMATS_VOC_XML_H

#include "err.h"
#include "str.h"

/* Called at the end of each element: with its text, or NULL when it held elements. */
typedef void verify_voc_xml_fn(void *context, const char *path, const char *text);

/* Appends XML as anybody writes it in this form: without attributes, comments, declarations and marks of its encoding,
 * empty elements with an end. What is no XML stays none. */
void verify_voc_xml_simplify(const char *xml, struct rv_str *simple);
/* Fails with RV_E_BAD_FILE on anything else; some elements may have been handed out by then. */
int verify_voc_xml_read(const char *xml, verify_voc_xml_fn *take, void *context, struct rv_err *err) RV_MUST_USE;

#endif
