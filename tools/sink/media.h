/* SPDX-License-Identifier: MIT */
/* What kind of file one is, for catalogues. */
#ifndef RV_SINK_MEDIA_H
#define RV_SINK_MEDIA_H

/* The media type (RFC 6838) that the end of a file's name stands for: "image/png", "text/plain". Of an end that nobody
 * here knows "application/octet-stream". Never NULL. */
const char *sink_media_type(const char *path);

#endif
