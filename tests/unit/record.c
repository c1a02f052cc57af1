/* SPDX-License-Identifier: MIT */
/* record: a splice changes what it should and no other byte; the basics are checked. */
#include "record.h"

#include <string.h>

#include "check.h"
#include "diag.h"

static void parse(struct rv_record *record, const char *text)
{
	struct rv_err err;
	CHECK_OK(rv_record_parse(record, text, strlen(text), &err), &err);
}

/* The places of the members are right when they are those that a new scan finds. */
static void check_record(const struct rv_record *record, const char *wanted)
{
	struct rv_members members = RV_MEMBERS_INIT;
	struct rv_err err;
	CHECK_TEXT(record->text, wanted);
	if (CHECK_OK(rv_scan_object(record->text.ptr, record->text.len, &members, &err), &err) &&
	    CHECK_U64(record->members.len, members.len)) {
		CHECK_BYTES(record->members.items, members.len * sizeof(*members.items), members.items,
		            members.len * sizeof(*members.items));
		CHECK_U64(record->members.close_at, members.close_at);
	}
	rv_members_release(&members);
}

static void splicing(void)
{
	struct rv_record record = RV_RECORD_INIT;
	parse(&record, " { \"a\" : 1.50 ,\t\"big\":123456789012345678901, \"\\u0063\":[ 1 ] } ");
	rv_record_set(&record, "a", "\"long\"", 6);
	check_record(&record, " { \"a\" : \"long\" ,\t\"big\":123456789012345678901, \"\\u0063\":[ 1 ] } ");
	rv_record_set(&record, "c", "2", 1); /* found by its resolved name */
	check_record(&record, " { \"a\" : \"long\" ,\t\"big\":123456789012345678901, \"\\u0063\":2 } ");
	rv_record_set(&record, "d\"", "null", 4);
	check_record(&record, " { \"a\" : \"long\" ,\t\"big\":123456789012345678901, \"\\u0063\":2,\"d\\\"\":null } ");
	rv_record_unset(&record, "a");
	check_record(&record, " { \"big\":123456789012345678901, \"\\u0063\":2,\"d\\\"\":null } ");
	rv_record_unset(&record, "d\"");
	rv_record_unset(&record, "none");
	check_record(&record, " { \"big\":123456789012345678901, \"\\u0063\":2 } ");
	rv_record_unset(&record, "c");
	rv_record_unset(&record, "big");
	CHECK_U64(record.members.len, 0);
	rv_record_set(&record, "x", "1", 1);
	CHECK_U64(record.members.len, 1);
	rv_record_clear(&record);
	rv_record_set_in(&record, "files", "image", "\"a\"", 3);
	check_record(&record, "{\"files\":{\"image\":\"a\"}}");
	parse(&record, "{\"files\": { \"b\" : 1e2 }, \"z\":0}");
	rv_record_set_in(&record, "files", "image", "1", 1);
	check_record(&record, "{\"files\": { \"b\" : 1e2,\"image\":1 }, \"z\":0}");
	rv_record_set_in(&record, "z", "y", "1", 1); /* no object: made one */
	check_record(&record, "{\"files\": { \"b\" : 1e2,\"image\":1 }, \"z\":{\"y\":1}}");
	/* What is deeper in a record may be what no record may be: a key twice, any number of members. */
	parse(&record, "{\"run\":{\"a\":1,\"b\":2,\"a\":3 },\"e\":{ }}");
	rv_record_set_in(&record, "run", "a", "[]", 2);
	rv_record_set_in(&record, "run", "c", "4", 1);
	rv_record_set_in(&record, "e", "f", "5", 1);
	check_record(&record, "{\"run\":{\"a\":1,\"b\":2,\"a\":[],\"c\":4 },\"e\":{\"f\":5 }}");
	rv_record_release(&record);
}

static void many_inside(void)
{
	struct rv_record record = RV_RECORD_INIT;
	struct rv_str text = RV_STR_INIT;
	rv_str_puts(&text, "{\"gen\":{\"k\":0");
	for (size_t i = 0; i < 5000; i++) {
		rv_str_printf(&text, ",\"k%zu\":1", i);
	}
	rv_str_puts(&text, "}}");
	parse(&record, text.ptr);
	rv_record_set_in(&record, "gen", "new", "2", 1);
	rv_str_splice(&text, text.len - 2, 0, ",\"new\":2", 8);
	check_record(&record, text.ptr);
	rv_str_release(&text);
	rv_record_release(&record);
}

static void errors(void)
{
	struct rv_record record = RV_RECORD_INIT;
	struct rv_err err = RV_ERR_INIT;
	struct rv_str wanted = RV_STR_INIT;
	parse(&record, "{\"id\":\"a\",\"error\":null}");
	CHECK(!rv_record_has_error(&record));
	rv_fail(&err, RV_E_LIMIT, "a \"b\"");
	rv_record_set_error(&record, &err, 3);
	rv_str_printf(
	        &wanted,
	        "{\"id\":\"a\",\"error\":{\"tool\":\"%s\",\"code\":\"limit\",\"message\":\"a \\\"b\\\"\",\"attempts\":3}}",
	        rv_diag_tool());
	check_record(&record, wanted.ptr);
	CHECK(rv_record_has_error(&record));
	parse(&record, "{\"error\":false}");
	CHECK(rv_record_has_error(&record));
	rv_str_release(&wanted);
	rv_record_release(&record);
}

static void basics(void)
{
	static const struct {
		const char *text, *part;
	} ids[] = { { "{}", "no member 'id'" },         { "{\"id\":1}", "id 1 is not a string of 1 to 100 characters" },
		    { "{\"id\":\"\"}", "id \"\" is" },  { "{\"id\":\"../a\"}", "out of A-Z a-z 0-9 _ -" },
		    { "{\"id\":\"a\\u0000\"}", "id " }, { "{\"id\":\"\xc3\xa9\"}", "id " } },
	  seeds[] = { { "{}", "no member 'seed'" },
		      { "{\"seed\":-1}", "seed -1 is not a whole number from 0 to 9007199254740991" },
		      { "{\"seed\":1.0}", "seed 1.0" },
		      { "{\"seed\":1e3}", "seed 1e3" },
		      { "{\"seed\":\"1\"}", "seed \"1\"" },
		      { "{\"seed\":9007199254740992}", "seed 9007199254740992" },
		      { "{\"seed\":99999999999999999999999}", "seed 9" } },
	  files[] = { { "{}", "no member 'files'" },
		      { "{\"files\":[]}", "files [] is not an object" },
		      { "{\"files\":{}}", "files: no member 'image'" },
		      { "{\"files\":{\"image\":1}}", "files: image 1 is not a string" },
		      { "{\"files\":{\"image\":\"../a\"}}", "image '../a' is not a path below the sample" },
		      { "{\"files\":{\"image\":\"/a\"}}", "not a path below" },
		      { "{\"files\":{\"image\":\"\"}}", "not a path below" },
		      { "{\"files\":{\"image\":\"a\\u0000b\"}}", "NUL" } };
	struct rv_record record = RV_RECORD_INIT;
	struct rv_str text = RV_STR_INIT;
	struct rv_err err;
	uint64_t seed = 7;
	for (size_t i = 0; i < RV_COUNTOF(ids); i++) {
		parse(&record, ids[i].text);
		CHECK_FAILS(rv_record_id(&record, &text, &err), &err, RV_E_BAD_RECORD, ids[i].part);
	}
	for (size_t i = 0; i < RV_COUNTOF(seeds); i++) {
		parse(&record, seeds[i].text);
		CHECK_FAILS(rv_record_seed(&record, &seed, &err), &err, RV_E_BAD_RECORD, seeds[i].part);
		CHECK_U64(seed, 7);
	}
	for (size_t i = 0; i < RV_COUNTOF(files); i++) {
		parse(&record, files[i].text);
		CHECK_FAILS(rv_record_file(&record, "image", &text, &err), &err, RV_E_BAD_RECORD, files[i].part);
	}
	parse(&record, "{\"id\":\"\\u0061-_9\",\"seed\":9007199254740991,\"files\":{\"image\":\"a/b.png\"}}");
	CHECK_OK(rv_record_id(&record, &text, &err), &err);
	CHECK_TEXT(text, "a-_9");
	CHECK_OK(rv_record_seed(&record, &seed, &err), &err);
	CHECK_U64(seed, UINT64_C(9007199254740991));
	CHECK_OK(rv_record_file(&record, "image", &text, &err), &err);
	CHECK_TEXT(text, "a/b.png");
	char id[RV_ID_MAX + 1];
	memset(id, 'a', sizeof(id));
	CHECK(rv_id_is_valid(id, RV_ID_MAX));
	CHECK(!rv_id_is_valid(id, RV_ID_MAX + 1));
	rv_str_release(&text);
	rv_record_release(&record);
}

CHECK_MODULE(record)
{
	check_case("a splice leaves every other byte alone", splicing);
	check_case("a member in an object of thousands", many_inside);
	check_case("error members", errors);
	check_case("id, seed and files are checked", basics);
}
