/* SPDX-License-Identifier: MIT */
/*
 * Where the files of a format lie: templates that a writer fills in and a checker reads back.
 *
 *	"coco/images/{id}{/view}{/frame}.{ext}"
 *
 *	{id}      the sample's id            {view}   the view's name        {frame}   the frame's number, six digits
 *	{split}   train, val or test         {role}   a role's name          {ext}     letters and digits
 *	{part}    training or testing, where KITTI has a split
 *	{sequence} four digits: of a sequence, from 0
 *	{number}  six digits: of a shard; of a frame in its clip, from 1, in KITTI's from 0
 *	{count}   five digits: of a frame in its clip, from 0
 *	{object}  six digits: of an object in its picture, from 0
 *	{task}    what a task of video models is called
 *	{path}    any path
 *	{/view}, {/frame}, {.role} and the like stand for nothing where there is no such thing, else for the
 *	character and the value. A part that comes again has the same value.
 */
#ifndef RV_FORMAT_LAYOUT_H
#define RV_FORMAT_LAYOUT_H

#include "str.h"

#define FORMAT_NUMBER_MAX 999999 /* of a shard: six digits */
#define FORMAT_PART_MAX 128      /* bytes of a value, */
#define FORMAT_PATH_MAX 1024     /* and of {path} */

/* The values; an empty text is one that is not there. */
struct format_place {
	char id[FORMAT_PART_MAX + 1], view[FORMAT_PART_MAX + 1], split[8], role[FORMAT_PART_MAX + 1],
	        ext[FORMAT_PART_MAX + 1], task[FORMAT_PART_MAX + 1];
	char frame[7], number[7], object[7], count[6], sequence[5], part[9];
	char path[FORMAT_PATH_MAX + 1];
};

/* Sets the split, and the part that it is in. */
void format_place_set_split(struct format_place *place, const char *split);
/* Appends the path. Values that the template asks for must be there. */
void format_expand(const char *layout, const struct format_place *place, struct rv_str *path);
/* True when a path is one that the template gives; *place then holds the values, all others empty. */
bool format_match(const char *layout, const char *path, struct format_place *place);

#endif
