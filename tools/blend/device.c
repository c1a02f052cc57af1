/* SPDX-License-Identifier: MIT */
/* Kinds of devices and cards that are given up. */
#include "device.h"

#include <stdio.h>
#include <string.h>

#include "diag.h"

#define CPU "CPU"

void blend_device_open(struct blend_device *device, struct blend_jobs *jobs)
{
	*device = (struct blend_device) { .jobs = jobs };
}

static int first_line(const struct rv_err *err)
{
	return (int)strcspn(err->text, "\n");
}

static bool is_given_up(const struct blend_device *device, const char *kind)
{
	const char *const at = strstr(device->without, kind);
	const size_t len = strlen(kind);
	return at && (at == device->without || at[-1] == ',') && (at[len] == ',' || at[len] == '\0');
}

static void give_up(struct blend_device *device, const char *kind, const struct rv_err *err)
{
	const size_t len = strlen(device->without);
	snprintf(device->without + len, sizeof(device->without) - len, "%s%s", len > 0 ? "," : "", kind);
	rv_warn("%s does not render here, another kind of device is tried: %.*s", kind, first_line(err), err->text);
	blend_jobs_take_gpus(device->jobs);
}

static void tell_card(const struct blend_device *device, size_t gpu)
{
	rv_warn("card %s does not render on %s and is left out: %.*s", device->jobs->gpus.items[gpu].name, device->kind,
	        first_line(&device->card_err), device->card_err.text);
}

bool blend_device_failed(struct blend_device *device, const char *kind, size_t gpu, const struct rv_err *err)
{
	const bool works = device->kind[0] != '\0';
	if (is_given_up(device, kind)) {
		return true; /* it started before that was known */
	}
	if (gpu < device->jobs->gpus.len) {
		const bool is_new = !device->jobs->gpus.items[gpu].is_out;
		const size_t left = blend_jobs_drop_gpu(device->jobs, gpu);
		device->card_err = *err;
		if (left > 0) {
			if (works && is_new) {
				tell_card(device, gpu);
			}
			return true;
		}
	}
	if (works) {
		return false;
	}
	give_up(device, kind, err);
	return true;
}

bool blend_device_works(struct blend_device *device, const char *kind)
{
	if (is_given_up(device, kind) || (device->kind[0] && strcmp(device->kind, kind) != 0)) {
		return false;
	}
	if (!device->kind[0]) {
		snprintf(device->kind, sizeof(device->kind), "%s", kind);
		for (size_t i = 0; i < device->jobs->gpus.len && strcmp(kind, CPU) != 0; i++) {
			if (device->jobs->gpus.items[i].is_out) {
				tell_card(device, i);
			}
		}
	}
	return true;
}
