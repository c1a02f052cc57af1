/* SPDX-License-Identifier: MIT */
/* Media types. */
#include "sink/media.h"

#include <string.h>

#include "path.h"

const char *sink_media_type(const char *path)
{
	static const char *const types[][2] = {
		{ "png", "image/png" },
		{ "jpg", "image/jpeg" },
		{ "jpeg", "image/jpeg" },
		{ "webp", "image/webp" },
		{ "bmp", "image/bmp" },
		{ "tif", "image/tiff" },
		{ "tiff", "image/tiff" },
		{ "exr", "image/x-exr" },
		{ "mp4", "video/mp4" },
		{ "json", "application/json" },
		{ "jsonl", "application/jsonlines" },
		{ "xml", "application/xml" },
		{ "yaml", "application/yaml" },
		{ "tar", "application/x-tar" },
		{ "zst", "application/zstd" },
		{ "md", "text/markdown" },
		{ "parquet", "application/vnd.apache.parquet" },
		{ "csv", "text/csv" },
		{ "html", "text/html" },
	};
	const char *const dot = strrchr(rv_path_base(path), '.');
	for (size_t i = 0; dot && i < RV_COUNTOF(types); i++) {
		if (strcmp(types[i][0], dot + 1) == 0) {
			return types[i][1];
		}
	}
	return dot && strcmp(dot, ".txt") != 0 && strcmp(dot, ".ini") != 0 ? "application/octet-stream" : "text/plain";
}
