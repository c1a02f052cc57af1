/* SPDX-License-Identifier: MIT */
#include "values.h"

#include <string.h>

#include "check.h"

/* Adds the members of an object; nothing of the text is kept. */
static void add(struct rv_values *values, const char *text)
{
	struct rv_json json = RV_JSON_INIT;
	struct rv_err err = RV_ERR_INIT;
	if (!CHECK_OK(rv_json_parse(text, strlen(text), &json, &err), &err)) {
		return;
	}
	for (int i = rv_json_iter(json); rv_json_iter_ok(json, i); i = rv_json_next(json, i)) {
		rv_values_add(values, rv_json_iter_key(json, i), rv_json_iter_value(json, i));
	}
	rv_json_release(&json);
}

static void add_number(struct rv_values *values, double number)
{
	struct rv_str text = RV_STR_INIT;
	rv_str_printf(&text, "{\"x\":%.17g}", number);
	add(values, text.ptr);
	rv_str_release(&text);
}

static void few(void)
{
	struct rv_values values = RV_VALUES_INIT;
	add(&values, "{\"b\":2,\"a\":\"near\",\"list\":[1],\"none\":null}");
	add(&values, "{\"b\":-0.0,\"a\":true}");
	add(&values, "{\"b\":0,\"a\":\"near\"}");
	CHECK_U64(values.len, 2);
	const struct rv_value *const a = values.items[0], *const b = values.items[1];
	CHECK_STR(a->name, "a");
	CHECK_U64(a->n_texts, 3);
	CHECK_U64(a->n_different, 2);
	CHECK_STR(a->texts[0].text, "\"near\"");
	CHECK_U64(a->texts[0].n, 2);
	CHECK_STR(a->texts[1].text, "true");
	CHECK_U64(b->n_numbers, 3);
	CHECK_U64(b->n_bins, 2);
	CHECK(b->width == 0);
	CHECK(b->numbers[0].value == 0);
	CHECK_U64(b->numbers[0].n, 2);
	CHECK(b->numbers[1].value == 2);
	rv_values_release(&values);
}

/* Number i of n in an order that is mixed well enough: 7919 is prime. */
static double mixed(size_t i, size_t n)
{
	return (double)(i * 7919 % n);
}

static void check_bins(const struct rv_value *value, double width, double first, size_t n_bins, uint64_t n)
{
	uint64_t sum = 0;
	CHECK(value->width == width);
	CHECK(value->numbers[0].value == first);
	CHECK_U64(value->n_bins, n_bins);
	for (size_t i = 0; i < value->n_bins; i++) {
		sum += value->numbers[i].n;
	}
	CHECK_U64(sum, n);
	CHECK_U64(value->n_numbers, n);
}

static void bins(void)
{
	struct rv_values values = RV_VALUES_INIT;
	for (size_t i = 0; i < RV_VALUES_MAX; i++) {
		add_number(&values, 10.0 * (double)i);
	}
	check_bins(values.items[0], 0, 0, RV_VALUES_MAX, RV_VALUES_MAX);
	add_number(&values, 310); /* the greatest again */
	CHECK(values.items[0]->width == 0);
	add_number(&values, 5);
	/* 0 .. 310: bins of 8 would be 39, bins of 16 are 20 */
	check_bins(values.items[0], 16, 0, 20, RV_VALUES_MAX + 2);
	rv_values_release(&values);
}

static void order(void)
{
	const size_t n = 10007;
	struct rv_values up = RV_VALUES_INIT, down = RV_VALUES_INIT, any = RV_VALUES_INIT;
	for (size_t i = 0; i < n; i++) {
		add_number(&up, (double)i / 8 - 100);
		add_number(&down, (double)(n - 1 - i) / 8 - 100);
		add_number(&any, mixed(i, n) / 8 - 100);
	}
	const struct rv_value *const value = up.items[0];
	/* -100 .. 1150.75: bins of 32 are 40, bins of 64 are from -128 on */
	check_bins(value, 64, -128, 20, n);
	CHECK_U64(value->numbers[0].n, (100 - 64) * 8);
	CHECK_U64(value->numbers[1].n, 64 * 8);
	for (size_t i = 0; i < value->n_bins; i++) {
		CHECK(down.items[0]->numbers[i].value == value->numbers[i].value);
		CHECK(any.items[0]->numbers[i].value == value->numbers[i].value);
		CHECK_U64(down.items[0]->numbers[i].n, value->numbers[i].n);
		CHECK_U64(any.items[0]->numbers[i].n, value->numbers[i].n);
	}
	rv_values_release(&up);
	rv_values_release(&down);
	rv_values_release(&any);
}

static void extremes(void)
{
	struct rv_values values = RV_VALUES_INIT;
	for (size_t i = 0; i < 100; i++) {
		add_number(&values, 1e-300 * (double)i);
	}
	CHECK(values.items[0]->width > 0);
	CHECK(values.items[0]->n_bins <= RV_VALUES_MAX);
	add_number(&values, 1.7e308);
	add_number(&values, -1.7e308);
	CHECK_U64(values.items[0]->n_numbers, 102);
	CHECK_U64(values.items[0]->n_bins, 3);
	rv_values_release(&values);
	for (size_t i = 0; i < 100; i++) {
		add_number(&values, 5e-324 * (double)i);
	}
	CHECK(values.items[0]->n_bins <= RV_VALUES_MAX);
	rv_values_release(&values);
}

static void many(void)
{
	struct rv_values values = RV_VALUES_INIT;
	struct rv_str text = RV_STR_INIT;
	for (size_t i = 0; i < 2 * RV_VALUES_NAMES_MAX; i++) {
		rv_str_clear(&text);
		rv_str_printf(&text, "{\"a\":\"%zu\",\"name %zu\":1}", i, i);
		add(&values, text.ptr);
	}
	CHECK_U64(values.len, RV_VALUES_NAMES_MAX);
	CHECK(values.items[0]->is_many);
	CHECK_U64(values.items[0]->n_different, 0);
	CHECK_U64(values.items[0]->n_texts, 2 * RV_VALUES_NAMES_MAX);
	rv_str_release(&text);
	rv_values_release(&values);
}

CHECK_MODULE(values)
{
	check_case("few values are counted one by one", few);
	check_case("more numbers are counted in bins", bins);
	check_case("the order does not count", order);
	check_case("the least and the greatest numbers", extremes);
	check_case("many texts and names take no more memory", many);
}
