/* SPDX-License-Identifier: MIT */
/* Graphics cards: NVML by dlopen, CUDA_VISIBLE_DEVICES, and the text of --gpus. */
#include "gpus.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "parse.h"

#define NVML_LIBRARY "libnvidia-ml.so.1"
#define NVML_SUCCESS 0
#define VISIBLE "CUDA_VISIBLE_DEVICES"

/* Of nvml.h: nvmlMemory_t, and the functions that are used here. */
struct memory {
	unsigned long long total, free, used;
};
typedef void *device;

struct nvml {
	void *library;
	int (*init)(void);
	int (*shutdown)(void);
	int (*count)(unsigned int *);
	int (*by_number)(unsigned int, device *);
	int (*by_uuid)(const char *, device *);
	int (*number)(device, unsigned int *);
	int (*memory)(device, struct memory *);
};

static struct nvml *nvml_open(void)
{
	static struct nvml nvml; /* one per process is enough: the library counts its users */
	const struct {
		const char *name;
		void *where;
	} functions[] = {
		{ "nvmlInit_v2", &nvml.init },
		{ "nvmlShutdown", &nvml.shutdown },
		{ "nvmlDeviceGetCount_v2", &nvml.count },
		{ "nvmlDeviceGetHandleByIndex_v2", &nvml.by_number },
		{ "nvmlDeviceGetHandleByUUID", &nvml.by_uuid },
		{ "nvmlDeviceGetIndex", &nvml.number },
		{ "nvmlDeviceGetMemoryInfo", &nvml.memory },
	};
	nvml.library = dlopen(NVML_LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (!nvml.library) {
		rv_detail("no NVML: %s", dlerror());
		return NULL;
	}
	for (size_t i = 0; i < RV_COUNTOF(functions); i++) {
		void *const symbol = dlsym(nvml.library, functions[i].name);
		if (!symbol) {
			rv_detail("%s has no %s: not used", NVML_LIBRARY, functions[i].name);
			goto fail;
		}
		memcpy(functions[i].where, &symbol, sizeof(symbol)); /* ISO C knows no other way to a function */
	}
	const int status = nvml.init();
	if (status == NVML_SUCCESS) {
		return &nvml;
	}
	rv_detail("NVML does not start (error %d): not used", status);
fail:
	dlclose(nvml.library);
	return NULL;
}

static void ask_memory(const struct nvml *nvml, device handle, struct blend_gpu *gpu)
{
	struct memory memory;
	if (nvml->memory(handle, &memory) == NVML_SUCCESS) {
		gpu->is_known = true;
		gpu->total_bytes = memory.total;
		gpu->free_bytes = memory.free;
	}
}

/* Adds a card by the name that CUDA_VISIBLE_DEVICES has for it. */
static void add(struct blend_gpus *gpus, const char *name, size_t len)
{
	const struct nvml *const nvml = gpus->nvml;
	struct blend_gpu gpu = { .number = 0 };
	device handle;
	uint64_t number;
	if (len == 0 || len >= sizeof(gpu.name) || gpus->len == BLEND_GPUS_MAX) {
		return;
	}
	memcpy(gpu.name, name, len);
	const bool is_number = rv_parse_u64(gpu.name, VISIBLE, 0, UINT32_MAX, &number, NULL) == 0;
	if (nvml) {
		const int status =
		        is_number ? nvml->by_number((unsigned int)number, &handle) : nvml->by_uuid(gpu.name, &handle);
		if (status == NVML_SUCCESS && nvml->number(handle, &gpu.number) == NVML_SUCCESS) {
			ask_memory(nvml, handle, &gpu);
		}
	} else if (is_number) {
		gpu.number = (unsigned int)number;
	}
	gpus->items[gpus->len++] = gpu;
}

void blend_gpus_open(struct blend_gpus *gpus)
{
	const char *const visible = getenv(VISIBLE);
	unsigned int count = 0;
	*gpus = (struct blend_gpus) { .nvml = nvml_open() };
	if (visible) {
		for (const char *at = visible; *at;) {
			const size_t len = strcspn(at, ",");
			add(gpus, at, len);
			at += len + (at[len] == ',');
		}
		return;
	}
	if (gpus->nvml && ((const struct nvml *)gpus->nvml)->count(&count) != NVML_SUCCESS) {
		count = 0;
	}
	for (unsigned int i = 0; i < count; i++) {
		char name[16];
		snprintf(name, sizeof(name), "%u", i);
		add(gpus, name, strlen(name));
	}
}

void blend_gpus_close(struct blend_gpus *gpus)
{
	struct nvml *const nvml = gpus->nvml;
	if (nvml) {
		nvml->shutdown();
		dlclose(nvml->library);
	}
	gpus->nvml = NULL;
}

int blend_gpus_choose(struct blend_gpus *gpus, const char *text, struct rv_err *err)
{
	struct blend_gpus chosen = { .nvml = gpus->nvml };
	const bool on_trust = gpus->len == 0 && !gpus->nvml && !getenv(VISIBLE);
	if (strcmp(text, "all") == 0) {
		return gpus->len > 0 ? 0 : rv_fail(err, RV_E_USAGE, "--gpus: none is to be seen on this machine");
	}
	for (const char *at = text; strcmp(text, "none") != 0;) {
		const size_t len = strcspn(at, ",");
		char part[16] = "";
		uint64_t number;
		memcpy(part, at, RV_MIN(len, sizeof(part) - 1));
		if (rv_parse_u64(part, "--gpus", 0, BLEND_GPUS_MAX - 1, &number, NULL) < 0) {
			return rv_fail(err, RV_E_USAGE,
			               "--gpus: '%s' is neither 'all' nor 'none' nor a list of numbers from 0 to %d",
			               text, BLEND_GPUS_MAX - 1);
		}
		if (!on_trust && number >= gpus->len) {
			return rv_fail(err, RV_E_USAGE, "--gpus: there is no GPU %s, this machine shows %zu", part,
			               gpus->len);
		}
		struct blend_gpu gpu = { .number = (unsigned int)number };
		if (on_trust) {
			memcpy(gpu.name, part, sizeof(part));
		} else {
			gpu = gpus->items[number];
		}
		for (size_t i = 0; i < chosen.len; i++) {
			if (strcmp(chosen.items[i].name, gpu.name) == 0) {
				return rv_fail(err, RV_E_USAGE, "--gpus: %s comes twice", part);
			}
		}
		chosen.items[chosen.len++] = gpu; /* no more than BLEND_GPUS_MAX different numbers */
		if (!at[len]) {
			break;
		}
		at += len + 1;
	}
	*gpus = chosen;
	return 0;
}

void blend_gpus_refresh(struct blend_gpus *gpus)
{
	const struct nvml *const nvml = gpus->nvml;
	device handle;
	for (size_t i = 0; nvml && i < gpus->len; i++) {
		struct blend_gpu *const gpu = &gpus->items[i];
		if (gpu->is_known && nvml->by_number(gpu->number, &handle) == NVML_SUCCESS) {
			ask_memory(nvml, handle, gpu);
		}
	}
}
