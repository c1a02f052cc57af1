/* SPDX-License-Identifier: MIT */
/* Fuzzes the JSON scanner and the splicing of records: what is accepted stays valid, other members keep every byte. */
#include "fuzz.h"

#include <string.h>

#include "json.h"
#include "record.h"

static void check_members(const struct rv_record *record)
{
	struct rv_str text = RV_STR_INIT;
	for (size_t i = 0; i < record->members.len; i++) {
		const struct rv_member *member = &record->members.items[i];
		struct rv_err err = RV_ERR_INIT;
		FUZZ_CHECK((size_t)member->value_at + member->value_len <= record->text.len);
		FUZZ_CHECK(rv_scan_value(record->text.ptr + member->value_at, member->value_len, &err) == 0);
		rv_str_clear(&text);
		rv_scan_compact(record->text.ptr + member->value_at, member->value_len, &text);
		FUZZ_CHECK(rv_scan_value(text.ptr, text.len, &err) == 0);
	}
	rv_str_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct rv_record record = { 0 };
	struct rv_record again = { 0 };
	struct rv_err err = RV_ERR_INIT;
	if (rv_record_parse(&record, len > 0 ? (const char *)data : "", len, &err) == 0) {
		struct rv_span value;
		check_members(&record);
		rv_record_copy(&again, &record);
		rv_record_set(&again, "fuzz", "{\"a\":[1,2]}", 11);
		rv_record_set_in(&again, "fuzz", "b", "0.10", 4);
		check_members(&again);
		if (record.members.len > 0 && record.members.items[0].key_len < 100) {
			char key[100] = "";
			memcpy(key, record.text.ptr + record.members.items[0].key_at, record.members.items[0].key_len);
			rv_record_set_in(&again, key, "b", "0.20", 4);
			check_members(&again);
		}
		FUZZ_CHECK(rv_record_get(&again, "fuzz", &value) && memmem(value.ptr, value.len, "0.10", 4) != NULL);
		for (size_t i = 0; i < record.members.len; i++) {
			const struct rv_member *was = &record.members.items[i];
			const struct rv_member *is = &again.members.items[i];
			FUZZ_CHECK(was->key_len == is->key_len);
			FUZZ_CHECK(!memcmp(record.text.ptr + was->key_at, again.text.ptr + is->key_at, was->key_len));
		}
		FUZZ_CHECK(rv_record_parse(&record, again.text.ptr, again.text.len, &err) == 0);
		rv_record_unset(&again, "fuzz");
		FUZZ_CHECK(!rv_record_get(&again, "fuzz", &value));
		FUZZ_CHECK(rv_record_parse(&record, again.text.ptr, again.text.len, &err) == 0);
		uint64_t seed;
		struct rv_str id = RV_STR_INIT;
		if (rv_record_id(&record, &id, &err) == 0) {
			FUZZ_CHECK(rv_id_is_valid(id.ptr, id.len));
		}
		if (rv_record_seed(&record, &seed, &err) == 0) {
			FUZZ_CHECK(seed < UINT64_C(1) << 53);
		}
		rv_str_release(&id);
	}
	rv_record_release(&record);
	rv_record_release(&again);
	return 0;
}
