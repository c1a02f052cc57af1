/* SPDX-License-Identifier: MIT */
/* parse: what is a number and what is not. */
#include "parse.h"

#include <float.h>
#include <string.h>

#include "check.h"

static void unsigned_integers(void)
{
	struct rv_err err;
	uint64_t value = 99;
	CHECK_OK(rv_parse_u64("0", "--n", 0, 10, &value, &err), &err);
	CHECK_U64(value, 0);
	CHECK_OK(rv_parse_u64("18446744073709551615", "--n", 0, UINT64_MAX, &value, &err), &err);
	CHECK_U64(value, UINT64_MAX);
	CHECK_OK(rv_parse_u64("007", "--n", 7, 7, &value, &err), &err);
	CHECK_U64(value, 7);
	static const char *const bad[] = { "",
		                           " 1",
		                           "1 ",
		                           "+1",
		                           "-1",
		                           "1.0",
		                           "1e3",
		                           "0x10",
		                           "1,0",
		                           "a",
		                           "18446744073709551616",
		                           "99999999999999999999999" };
	for (size_t i = 0; i < RV_COUNTOF(bad); i++) {
		value = 5;
		CHECK_FAILS(rv_parse_u64(bad[i], "--n", 0, UINT64_MAX, &value, &err), &err, RV_E_USAGE, bad[i]);
		CHECK_U64(value, 5);
	}
	CHECK_FAILS(rv_parse_u64("11", "--jobs", 1, 10, &value, &err), &err, RV_E_USAGE,
	            "--jobs: '11' is not a whole number from 1 to 10");
	CHECK_FAILS(rv_parse_u64("0", "--jobs", 1, 10, &value, &err), &err, RV_E_USAGE, "'0'");
}

static void signed_integers(void)
{
	struct rv_err err;
	int64_t value;
	CHECK_OK(rv_parse_i64("-9223372036854775808", "--n", INT64_MIN, INT64_MAX, &value, &err), &err);
	CHECK_I64(value, INT64_MIN);
	CHECK_OK(rv_parse_i64("9223372036854775807", "--n", INT64_MIN, INT64_MAX, &value, &err), &err);
	CHECK_I64(value, INT64_MAX);
	CHECK_OK(rv_parse_i64("-0", "--n", -1, 1, &value, &err), &err);
	CHECK_I64(value, 0);
	static const char *const bad[] = { "-", "--1", "- 1", "+1", "9223372036854775808", "-9223372036854775809", "" };
	for (size_t i = 0; i < RV_COUNTOF(bad); i++) {
		CHECK_FAILS(rv_parse_i64(bad[i], "--n", INT64_MIN, INT64_MAX, &value, &err), &err, RV_E_USAGE, bad[i]);
	}
	CHECK_FAILS(rv_parse_i64("-3", "--n", -2, 2, &value, &err), &err, RV_E_USAGE, "from -2 to 2");
}

static void doubles(void)
{
	static const struct {
		const char *text;
		double value;
	} good[] = { { "0", 0 },       { "-1.5", -1.5 }, { "+2", 2 },
		     { ".5", 0.5 },    { "5.", 5 },      { "1e3", 1000 },
		     { "1E-2", 0.01 }, { "1e+2", 100 },  { "1.7976931348623157e308", DBL_MAX },
		     { "0.1", 0.1 },   { "1e-400", 0 } };
	struct rv_err err;
	double value;
	for (size_t i = 0; i < RV_COUNTOF(good); i++) {
		value = -99;
		CHECK_OK(rv_parse_double(good[i].text, "--x", -DBL_MAX, DBL_MAX, &value, &err), &err);
		CHECK_NEAR(value, good[i].value, 0);
	}
	static const char *const bad[] = { "",      ".",     "-",   "e5", "1e", "1e+",  "inf", "-inf", "nan",
		                           "0x1p3", "1e309", "1,5", " 1", "1 ", "1..2", "--1", "1d3" };
	for (size_t i = 0; i < RV_COUNTOF(bad); i++) {
		CHECK_FAILS(rv_parse_double(bad[i], "--x", -DBL_MAX, DBL_MAX, &value, &err), &err, RV_E_USAGE, bad[i]);
	}
	CHECK_FAILS(rv_parse_double("1.5", "--noise-threshold", 0, 1, &value, &err), &err, RV_E_USAGE,
	            "--noise-threshold: '1.5' is not a number from 0 to 1");
}

static void sizes(void)
{
	static const struct {
		const char *text;
		uint64_t value;
	} good[] = { { "0", 0 },
		     { "1023", 1023 },
		     { "64M", UINT64_C(64) << 20 },
		     { "1K", 1024 },
		     { "2G", UINT64_C(2) << 30 },
		     { "3T", UINT64_C(3) << 40 },
		     { "5KB", 5000 },
		     { "5MB", 5000000 },
		     { "1GB", 1000000000 },
		     { "1TB", UINT64_C(1000000000000) },
		     { "16777215T", UINT64_C(16777215) << 40 } };
	struct rv_err err;
	uint64_t value;
	for (size_t i = 0; i < RV_COUNTOF(good); i++) {
		CHECK_OK(rv_parse_size(good[i].text, "--size", &value, &err), &err);
		CHECK_U64(value, good[i].value);
	}
	static const char *const bad[] = { "",   "M",  "1B",   "1KBB",      "1KM",
		                           "1P", "-1", "1.5G", "16777216T", "18446744073709551616",
		                           "1 K" };
	for (size_t i = 0; i < RV_COUNTOF(bad); i++) {
		CHECK_FAILS(rv_parse_size(bad[i], "--size", &value, &err), &err, RV_E_USAGE, bad[i]);
	}
}

static void seconds(void)
{
	static const struct {
		const char *text;
		double value;
	} good[] = { { "1.5", 1.5 }, { "250ms", 0.25 }, { "2m", 120 }, { "0", 0 },
		     { "1h", 3600 }, { "3s", 3 },       { "1e2", 100 } };
	struct rv_err err;
	double value;
	for (size_t i = 0; i < RV_COUNTOF(good); i++) {
		CHECK_OK(rv_parse_seconds(good[i].text, "--timeout", &value, &err), &err);
		CHECK_NEAR(value, good[i].value, 1e-12);
	}
	static const char *const bad[] = { "", "-1", "s", "1x", "1sm", "inf", "nan", "1 s", "1e308h" };
	for (size_t i = 0; i < RV_COUNTOF(bad); i++) {
		CHECK_FAILS(rv_parse_seconds(bad[i], "--timeout", &value, &err), &err, RV_E_USAGE, bad[i]);
	}
}

static void jobs(void)
{
	struct rv_err err;
	size_t value;
	CHECK_OK(rv_parse_jobs("auto", "--jobs", 3, &value, &err), &err);
	CHECK_U64(value, 3);
	CHECK_OK(rv_parse_jobs("auto", "--jobs", 1000000, &value, &err), &err);
	CHECK_U64(value, RV_JOBS_MAX);
	CHECK_OK(rv_parse_jobs("1024", "--jobs", 3, &value, &err), &err);
	CHECK_U64(value, 1024);
	static const char *const bad[] = { "0", "1025", "", "AUTO", "-1", "1.5", "auto " };
	for (size_t i = 0; i < RV_COUNTOF(bad); i++) {
		CHECK_FAILS(rv_parse_jobs(bad[i], "--jobs", 3, &value, &err), &err, RV_E_USAGE, "neither 'auto' nor");
	}
}

static void resolutions(void)
{
	struct rv_err err;
	uint32_t width, height;
	CHECK_OK(rv_parse_resolution("640,480", "--resolution", &width, &height, &err), &err);
	CHECK(width == 640 && height == 480);
	CHECK_OK(rv_parse_resolution("1x65535", "--resolution", &width, &height, &err), &err);
	CHECK(width == 1 && height == 65535);
	static const char *const bad[] = { "",      "640",     "640,",    ",480",      "640 480", "0,480",
		                           "640,0", "65536,1", "1,65536", "640,480,1", "-1,5",    "640X480" };
	for (size_t i = 0; i < RV_COUNTOF(bad); i++) {
		CHECK_FAILS(rv_parse_resolution(bad[i], "--resolution", &width, &height, &err), &err, RV_E_USAGE,
		            bad[i]);
	}
}

static void nearest(void)
{
	static const char *const names[] = { "resolution", "samples", "timeout", "jobs", "seq", NULL };
	CHECK_STR(rv_nearest_name("resolutoin", names), "resolution");
	CHECK_STR(rv_nearest_name("sampels", names), "samples");
	CHECK_STR(rv_nearest_name("RESOLUTION", names), "resolution");
	CHECK_STR(rv_nearest_name("sample", names), "samples");
	CHECK_STR(rv_nearest_name("jbos", names), "jobs");
	CHECK_STR(rv_nearest_name("esq", names), "seq");
	CHECK_STR(rv_nearest_name("timeout", names), "timeout");
	CHECK_STR(rv_nearest_name("xyz", names), NULL);
	CHECK_STR(rv_nearest_name("", names), NULL);
	char longest[300];
	memset(longest, 's', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	CHECK_STR(rv_nearest_name(longest, names), NULL);
}

CHECK_MODULE(parse)
{
	check_case("whole numbers from 0", unsigned_integers);
	check_case("whole numbers with a sign", signed_integers);
	check_case("numbers with a fraction", doubles);
	check_case("sizes", sizes);
	check_case("seconds", seconds);
	check_case("jobs", jobs);
	check_case("resolutions", resolutions);
	check_case("the nearest name", nearest);
}
