/* SPDX-License-Identifier: MIT */
/* Names and numbers that the tools share. */
#include "vocabulary.h"

#include <ctype.h>
#include <string.h>

#define RV_ROLE(constant, name_, file_, kind_, channels_, bits_, background_, writer_, text_) \
	[RV_ROLE_##constant] = { .name = (name_), \
		                 .file = (file_), \
		                 .kind = RV_FILE_##kind_, \
		                 .channels = (channels_), \
		                 .bits = (bits_), \
		                 .background = (background_), \
		                 .writer = RV_WRITER_##writer_, \
		                 .text = (text_) },
const struct rv_role rv_roles[RV_ROLES] = {
#include "roles.def"
};

const enum rv_role_id rv_hand_overs[RV_HAND_OVERS] = { RV_ROLE_PASSES, RV_ROLE_LABEL_PASSES, RV_ROLE_AMODAL_RUNS };

#define RV_MEMBER(name_, writers_, place_, type_, text_) \
	{ .name = (name_), .writers = (writers_), .place = RV_PLACE_##place_, .type = (type_), .text = (text_) },
const struct rv_member_row rv_member_rows[] = {
#include "members.def"
};
const size_t rv_member_row_count = RV_COUNTOF(rv_member_rows);

/* ---- settings of a render ---- */

const char *const rv_setting_switch[] = { "off", "on", NULL };
const char *const rv_setting_devices[] = { "auto", "optix", "cuda", "hip", "oneapi", "metal", "cpu", NULL };
/* clang-format off */
const char *const rv_setting_passes[] = {
	"Z", "Vector", "Mist", "Position", "Normal", "UV", "ObjectIndex", "MaterialIndex", "Shadow", "AO", "Emission",
	"Environment", "ShadowCatcher", "DiffuseColor", "DiffuseDirect", "DiffuseIndirect", "GlossyColor",
	"GlossyDirect", "GlossyIndirect", "TransmissionColor", "TransmissionDirect", "TransmissionIndirect",
	"CryptoObject", "CryptoMaterial", "CryptoAsset", NULL
};
/* clang-format on */
const char *const rv_setting_codecs[] = { "none", "rle", "zips", "zip", "piz", NULL };
const char *const rv_setting_engines[] = { "cycles", "eevee", "workbench", NULL };
const char *const rv_setting_indexing[] = { "auto", "names", "file", NULL };

#define RV_SETTING(constant, group, member_, option_, kind_, low_, high_, words_, reach_, argument, help, unset) \
	[RV_SETTING_##constant] = { .member = (member_), \
		                    .option = (option_), \
		                    .kind = RV_SETTING_OF_##kind_, \
		                    .low = (low_), \
		                    .high = (high_), \
		                    .words = (words_), \
		                    .reach = RV_SETTING_OF_##reach_, \
		                    .text = (help) },
const struct rv_setting rv_settings[RV_SETTINGS] = {
#include "settings.def"
};

const struct rv_setting *rv_setting_find(const char *member)
{
	for (size_t i = 0; i < RV_SETTINGS; i++) {
		if (strcmp(rv_settings[i].member, member) == 0) {
			return &rv_settings[i];
		}
	}
	return NULL;
}

/* ---- splits ---- */

const char *const rv_split_names[RV_SPLITS] = {
	[RV_SPLIT_TRAIN] = "train",
	[RV_SPLIT_VAL] = "val",
	[RV_SPLIT_TEST] = "test",
};

enum rv_split rv_split_find(const char *name)
{
	enum rv_split split = 0;
	while (split < RV_SPLITS && strcmp(rv_split_names[split], name) != 0) {
		split++;
	}
	return split;
}

/* ---- roles ---- */

/* How much of a row's name or file stands before its '*'; all of it where it has none. */
static size_t fixed_len(const char *text)
{
	return strcspn(text, "*");
}

static bool is_pattern(const struct rv_role *row)
{
	return row->name[fixed_len(row->name)] == '*';
}

static bool fits(const struct rv_role *row, const char *name)
{
	if (row->name[0] != name[0]) { /* most are told by that: rows are looked through for every path */
		return false;
	}
	const size_t len = fixed_len(row->name);
	return is_pattern(row) ? strncmp(name, row->name, len) == 0 && name[len] : strcmp(name, row->name) == 0;
}

const struct rv_role *rv_role_find(const char *name)
{
	for (size_t i = 0; i < RV_ROLES; i++) {
		if (fits(&rv_roles[i], name)) {
			return &rv_roles[i];
		}
	}
	return NULL;
}

bool rv_role_is(const char *name, enum rv_role_id id)
{
	return fits(&rv_roles[id], name);
}

bool rv_role_is_hand_over(const char *name)
{
	bool is = false;
	for (size_t i = 0; !is && i < RV_HAND_OVERS; i++) {
		is = rv_role_is(name, rv_hand_overs[i]);
	}
	return is;
}

bool rv_role_may_be_name(const char *name)
{
	const size_t len = strlen(name);
	for (size_t i = 0; i < len; i++) {
		const unsigned char c = (unsigned char)name[i];
		if (c < ' ' || c == 127 || c == '/') {
			return false;
		}
	}
	return len >= 1 && len <= RV_NAME_MAX;
}

/* "mask_", of which the row is "mask_*". */
static bool is_start_of_pattern(const char *name)
{
	bool is_start = false;
	for (size_t i = 0; i < RV_ROLES; i++) {
		is_start |= is_pattern(&rv_roles[i]) && strlen(name) == fixed_len(rv_roles[i].name) &&
		            strncmp(name, rv_roles[i].name, strlen(name)) == 0;
	}
	return is_start;
}

bool rv_role_may_be_pass(const char *name)
{
	static const char *const taken[] = { "frames", RV_VIEWS_FOLDER, RV_RENDERS_FOLDER, "run" };
	const size_t len = strlen(name);
	for (size_t i = 0; i < RV_COUNTOF(taken); i++) {
		if (strcmp(name, taken[i]) == 0) {
			return false;
		}
	}
	return len >= 1 && len <= RV_NAME_MAX && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == len &&
	       strspn(name, "_") < len && !is_start_of_pattern(name);
}

/* Words joined: "volume_direct" is VolumeDirect. */
static void put_joined(const char *name, struct rv_str *out)
{
	for (bool is_start = true; *name; name++) {
		if (*name != '_') {
			rv_str_putc(out, (char)(is_start ? toupper((unsigned char)*name) : *name));
		}
		is_start = *name == '_';
	}
}

static void put_still(const char *name, struct rv_str *path)
{
	const struct rv_role *const row = rv_role_find(name);
	if (!row) {
		put_joined(name, path);
		rv_str_puts(path, ".exr");
	} else if (!is_pattern(row)) {
		rv_str_puts(path, row->file);
	} else {
		const size_t len = fixed_len(row->file);
		rv_str_append(path, row->file, len);
		rv_str_puts(path, name + fixed_len(row->name));
		rv_str_puts(path, row->file + len + 1);
	}
}

void rv_role_folder(const char *name, struct rv_str *path)
{
	rv_str_puts(path, rv_role_is(name, RV_ROLE_IMAGE) ? "frames" : name);
}

void rv_role_path(const char *name, const char *frame, struct rv_str *path)
{
	if (!frame) {
		put_still(name, path);
		return;
	}
	struct rv_str still = RV_STR_INIT;
	put_still(name, &still);
	rv_role_folder(name, path);
	rv_str_printf(path, "/%s%s", frame, strrchr(still.ptr, '.'));
	rv_str_release(&still);
}

/* Behind `start` comes at least one byte, then `end`. */
static bool is_between(const char *text, const char *start, size_t start_len, const char *end)
{
	const size_t len = strlen(text), end_len = strlen(end);
	return len > start_len + end_len && strncmp(text, start, start_len) == 0 &&
	       strcmp(text + len - end_len, end) == 0;
}

/* "Depth.exr", "Mask_red.png", "VolumeDirect.exr" */
static bool is_still(const char *name)
{
	for (size_t i = 0; i < RV_ROLES; i++) {
		const size_t len = fixed_len(rv_roles[i].file);
		if (is_pattern(&rv_roles[i]) ? is_between(name, rv_roles[i].file, len, rv_roles[i].file + len + 1)
		                             : strcmp(name, rv_roles[i].file) == 0) {
			return true;
		}
	}
	return isupper((unsigned char)name[0]) && is_between(name, "", 0, ".exr");
}

/* "depth/000001.exr", "instances/00002.png", "instances/000001/00002.png" */
static bool is_in_folder(const char *path, const char *slash)
{
	char role[RV_NAME_MAX + 1];
	const size_t len = (size_t)(slash - path);
	if (len > RV_NAME_MAX || !strchr(slash, '.')) {
		return false;
	}
	memcpy(role, path, len);
	role[len] = '\0';
	const char *const deeper = strchr(slash + 1, '/');
	const struct rv_role *const row = rv_role_find(role);
	return deeper ? row && row->kind == RV_FILE_FOLDER && !strchr(deeper + 1, '/')
	              : row || strcmp(role, "frames") == 0 || rv_role_may_be_pass(role);
}

bool rv_role_may_have_path(const char *path)
{
	if (strncmp(path, RV_VIEWS_FOLDER "/", sizeof(RV_VIEWS_FOLDER)) == 0) {
		path = strchr(path + sizeof(RV_VIEWS_FOLDER), '/');
		if (!path) {
			return false;
		}
		path++;
	}
	if (strncmp(path, RV_RENDERS_FOLDER "/", sizeof(RV_RENDERS_FOLDER)) == 0) {
		return is_between(path, "", 0, ".exr");
	}
	const char *const slash = strchr(path, '/');
	return slash ? is_in_folder(path, slash) : is_still(path);
}

/* ---- members ---- */

const struct rv_member_row *rv_member_row(const char *name, size_t len)
{
	for (size_t i = 0; i < rv_member_row_count; i++) {
		if (strlen(rv_member_rows[i].name) == len && memcmp(rv_member_rows[i].name, name, len) == 0) {
			return &rv_member_rows[i];
		}
	}
	return NULL;
}
