/* SPDX-License-Identifier: MIT */
/*
 * Stands in for NVIDIA's management library. FAKE_GPUS is a directory with a file for each card, named 0, 1, ..., that
 * holds "TOTAL FREE" in MiB; the fake Blender takes its share from there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOT_FOUND 6
#define EXPORT __attribute__((visibility("default")))

struct memory {
	unsigned long long total, free, used;
};

int nvmlInit_v2(void);
int nvmlShutdown(void);
int nvmlDeviceGetCount_v2(unsigned int *count);
int nvmlDeviceGetHandleByIndex_v2(unsigned int number, void **handle);
int nvmlDeviceGetHandleByUUID(const char *uuid, void **handle);
int nvmlDeviceGetIndex(void *handle, unsigned int *number);
int nvmlDeviceGetMemoryInfo(void *handle, struct memory *memory);

static char handles[64];

static FILE *open_card(unsigned int number)
{
	char path[4096];
	const char *const dir = getenv("FAKE_GPUS");
	snprintf(path, sizeof(path), "%s/%u", dir ? dir : "", number);
	return dir ? fopen(path, "r") : NULL;
}

EXPORT int nvmlInit_v2(void)
{
	return getenv("FAKE_GPUS") ? 0 : 9; /* NVML_ERROR_DRIVER_NOT_LOADED */
}

EXPORT int nvmlShutdown(void)
{
	return 0;
}

EXPORT int nvmlDeviceGetHandleByIndex_v2(unsigned int number, void **handle)
{
	FILE *const card = number < sizeof(handles) ? open_card(number) : NULL;
	if (!card) {
		return NOT_FOUND;
	}
	fclose(card);
	*handle = &handles[number];
	return 0;
}

EXPORT int nvmlDeviceGetCount_v2(unsigned int *count)
{
	void *handle;
	*count = 0;
	while (nvmlDeviceGetHandleByIndex_v2(*count, &handle) == 0) {
		++*count;
	}
	return 0;
}

/* "GPU-N" is card N. */
EXPORT int nvmlDeviceGetHandleByUUID(const char *uuid, void **handle)
{
	return strncmp(uuid, "GPU-", 4)
	               ? NOT_FOUND
	               : nvmlDeviceGetHandleByIndex_v2((unsigned int)strtoul(uuid + 4, NULL, 10), handle);
}

EXPORT int nvmlDeviceGetIndex(void *handle, unsigned int *number)
{
	*number = (unsigned int)((char *)handle - handles);
	return 0;
}

EXPORT int nvmlDeviceGetMemoryInfo(void *handle, struct memory *memory)
{
	unsigned int number;
	nvmlDeviceGetIndex(handle, &number);
	FILE *const card = open_card(number);
	if (!card) {
		return NOT_FOUND;
	}
	const int read = fscanf(card, "%llu %llu", &memory->total, &memory->free);
	fclose(card);
	memory->total <<= 20;
	memory->free <<= 20;
	memory->used = memory->total - memory->free;
	return read == 2 ? 0 : NOT_FOUND;
}
