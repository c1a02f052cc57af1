/* SPDX-License-Identifier: MIT */
/* Fuzzes the reader of Parquet files: what it takes has the rows that it promises, and every text lies in its page. */
#include "fuzz.h"

#include "verify/formats/parquet_file.h"

static void check_column(const struct verify_parquet_column *column, uint64_t n_rows)
{
	uint64_t n_begun = 0, n_bytes = 0;
	for (size_t i = 0; i < column->n_values; i++) {
		FUZZ_CHECK(column->max_repetition == 0 || column->repetitions[i] <= column->max_repetition);
		FUZZ_CHECK(column->max_definition == 0 || column->definitions[i] <= column->max_definition);
		n_begun += column->max_repetition == 0 || column->repetitions[i] == 0;
		for (size_t k = 0; !column->is_number && k < column->texts[i].len; k++) {
			n_bytes += column->texts[i].ptr[k] != 0;
		}
	}
	FUZZ_CHECK(n_begun == n_rows && n_bytes <= column->page.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct rv_source source = RV_SOURCE_INIT;
	struct rv_err err = RV_ERR_INIT;
	rv_source_open_memory(&source, "table", data, len);
	struct verify_parquet_file *const file = verify_parquet_open(&source, &err);
	FUZZ_CHECK((file != NULL) == (err.text[0] == '\0'));
	for (size_t group = 0; file && group < file->n_groups; group++) {
		if (verify_parquet_read(file, group, &err) < 0) {
			FUZZ_CHECK(err.text[0] != '\0');
			break;
		}
		for (size_t i = 0; i < file->n_columns; i++) {
			check_column(&file->columns[i], file->group_rows[group]);
		}
	}
	verify_parquet_close(file);
	rv_source_close(&source);
	return 0;
}
