/* SPDX-License-Identifier: MIT */
/* XML without attributes: see voc_xml.h. */
#include "verify/formats/voc_xml.h"

#include <string.h>

#include "str.h"

#define DEPTH_MAX 8
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:"
#define BLANKS " \t\r\n"

struct reader {
	const char *xml, *at;
	verify_voc_xml_fn *take;
	void *context;
	struct rv_str path, text;
	struct rv_err *err;
};

static int wrong(const struct reader *reader, const char *what)
{
	return rv_fail(reader->err, RV_E_BAD_FILE, "byte %zu: %s", (size_t)(reader->at - reader->xml), what);
}

/* Text up to the next tag, entities resolved. */
static int read_text(struct reader *reader)
{
	static const char *const entities[][2] = {
		{ "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" }, { "&quot;", "\"" }, { "&apos;", "'" }
	};
	rv_str_clear(&reader->text);
	while (*reader->at && *reader->at != '<') {
		size_t i = 0;
		while (i < RV_COUNTOF(entities) && strncmp(reader->at, entities[i][0], strlen(entities[i][0])) != 0) {
			i++;
		}
		if (i < RV_COUNTOF(entities)) {
			rv_str_puts(&reader->text, entities[i][1]);
			reader->at += strlen(entities[i][0]);
		} else if (*reader->at == '&') {
			return wrong(reader, "an unknown entity");
		} else {
			rv_str_putc(&reader->text, *reader->at++);
		}
	}
	return 0;
}

/* "<name>" or "</name>"; *name lies in the text. */
static int read_tag(struct reader *reader, const char *begin, const char **name, size_t *len)
{
	const size_t begin_len = strlen(begin);
	*name = reader->at + begin_len;
	*len = strncmp(reader->at, begin, begin_len) == 0 ? strspn(*name, LETTERS) : 0;
	if (*len == 0 || (*name)[*len] != '>') {
		return wrong(reader, "no tag where one is to be");
	}
	reader->at = *name + *len + 1;
	return 0;
}

static int read_element(struct reader *reader, size_t depth)
{
	const size_t path_len = reader->path.len;
	const char *name, *end;
	size_t name_len, end_len;
	bool has_elements = false;
	if (depth == DEPTH_MAX) {
		return wrong(reader, "elements are nested too deep");
	}
	if (read_tag(reader, "<", &name, &name_len) < 0 || read_text(reader) < 0) {
		return -1;
	}
	rv_str_puts(&reader->path, path_len > 0 ? "/" : "");
	rv_str_append(&reader->path, name, name_len);
	while (reader->at[0] == '<' && reader->at[1] != '/') {
		has_elements = true;
		if (strspn(reader->text.ptr, BLANKS) != reader->text.len) {
			return wrong(reader, "text between elements");
		}
		if (read_element(reader, depth + 1) < 0 || read_text(reader) < 0) {
			return -1;
		}
	}
	if (read_tag(reader, "</", &end, &end_len) < 0) {
		return -1;
	}
	if (end_len != name_len || memcmp(end, name, name_len) != 0) {
		return wrong(reader, "an element ends that did not begin");
	}
	reader->take(reader->context, reader->path.ptr, has_elements ? NULL : reader->text.ptr);
	rv_str_truncate(&reader->path, path_len);
	return 0;
}

/* Where what begins at `at` is over: behind the first `end`. */
static const char *skip_to(const char *at, const char *end)
{
	const char *const found = strstr(at, end);
	return found ? found + strlen(end) : at + strlen(at);
}

/* Behind the '>' of a tag, which is none in quotes. */
static const char *skip_tag(const char *at)
{
	while (*at && *at != '>') {
		const size_t quoted = *at == '"' || *at == '\'' ? strcspn(at + 1, *at == '"' ? "\"" : "'") : 0;
		at += quoted + (quoted > 0 && at[quoted + 1] ? 2 : 1);
	}
	return at + (*at == '>');
}

void verify_voc_xml_simplify(const char *xml, struct rv_str *simple)
{
	xml += strncmp(xml, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
	while (*xml) {
		const char *const name = xml + 1;
		const size_t len = *xml == '<' ? strspn(name, LETTERS) : 0;
		if (strncmp(xml, "<!--", 4) == 0) {
			xml = skip_to(xml, "-->");
		} else if (strncmp(xml, "<?", 2) == 0 || strncmp(xml, "<!", 2) == 0) {
			xml = skip_tag(xml);
		} else if (len > 0) {
			xml = skip_tag(xml);
			rv_str_printf(simple, "<%.*s>", (int)len, name);
			if (xml[-1] == '>' && xml[-2] == '/') {
				rv_str_printf(simple, "</%.*s>", (int)len, name);
			}
		} else {
			rv_str_putc(simple, *xml++);
		}
	}
}

int verify_voc_xml_read(const char *xml, verify_voc_xml_fn *take, void *context, struct rv_err *err)
{
	struct reader reader = { .xml = xml,
		                 .at = xml + strspn(xml, BLANKS),
		                 .take = take,
		                 .context = context,
		                 .path = RV_STR_INIT,
		                 .text = RV_STR_INIT,
		                 .err = err };
	int status = read_element(&reader, 0);
	if (status == 0 && reader.at[strspn(reader.at, BLANKS)]) {
		status = wrong(&reader, "more than one element");
	}
	rv_str_release(&reader.path);
	rv_str_release(&reader.text);
	return status;
}
