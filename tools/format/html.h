/* SPDX-License-Identifier: MIT */
/*
 * The page of a dataset: what its data files are like, for the writer, the checker and tools/sink/page/page.js, which
 * reads them. Each is one call of a function, so that a page that was opened as a file, without a server, can load it:
 *
 *	data/dataset.js rv.dataset({"version":2,"samples":..,"items":..,"lists":..,"pages":..,"categories":[..],
 *	                          "histograms":{..}});
 *	data/list-000000.js       rv.list(0,[ROW,...]);      FORMAT_HTML_LIST_ROWS rows, the last file fewer
 *	data/records-000000.js    rv.records(0,[SAMPLE,...]);
 *
 * An item is what has a place in the grid: a sample, or a view of it. Its ROW is an array, by enum format_html_column.
 * A SAMPLE is {"record":..,"items":[{"view":..,"frames":[..],"files":["image.png",..]},..],"colors":{..}}: the record
 * as files hold it, for each item which frames it has ("" for a still) and which files each of them has, by the end of
 * their names, and for each index of an object its colour (tools/lib/palette.h), as "#2a81ec".
 *
 * These are JSON but for one name: a member FORMAT_HTML_PROTOTYPE is written ["__proto__"]:VALUE, since a script takes
 * "__proto__":VALUE for an object's prototype.
 */
#ifndef RV_FORMAT_HTML_H
#define RV_FORMAT_HTML_H

#define FORMAT_HTML_VERSION 2
#define FORMAT_HTML_LIST_ROWS 1000
#define FORMAT_HTML_PAGE_SAMPLES 100
#define FORMAT_HTML_PAGE_BYTES ((size_t)4 << 20) /* a file of records that has as much takes no more */

#define FORMAT_HTML_CALL_DATASET "rv.dataset("
#define FORMAT_HTML_CALL_LIST "rv.list("
#define FORMAT_HTML_CALL_RECORDS "rv.records("
#define FORMAT_HTML_CALL_END ");\n"
#define FORMAT_HTML_PROTOTYPE "__proto__"

/* Numbers, but for ID, VIEW, SPLIT, IMAGE and CELLS, which are texts, CATEGORIES, an array of ids, and PARAMS, an
 * object of numbers, texts and booleans. Bits of SIZES, TRUNCATIONS and CELLS say that an object is in that bin of a
 * histogram (tools/lib/portrait.h: side, truncation, position). */
enum format_html_column {
	FORMAT_HTML_ID,
	FORMAT_HTML_VIEW, /* "" for the record's own camera */
	FORMAT_HTML_SPLIT,
	FORMAT_HTML_PAGE, /* the number of the file of records, */
	FORMAT_HTML_SLOT, /* and the sample's place in it */
	FORMAT_HTML_FRAMES,
	FORMAT_HTML_WIDTH,
	FORMAT_HTML_HEIGHT,
	FORMAT_HTML_IMAGE, /* the file that the grid shows: of a clip its middle frame */
	FORMAT_HTML_OBJECTS,
	FORMAT_HTML_CATEGORIES,
	FORMAT_HTML_SIZES,
	FORMAT_HTML_TRUNCATIONS,
	FORMAT_HTML_CELLS, /* 16 hexadecimal digits, the first of the bits 63 to 60 */
	FORMAT_HTML_PARAMS,
	FORMAT_HTML_COLUMNS
};

#endif
