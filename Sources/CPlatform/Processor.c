#define _GNU_SOURCE
#include "CPlatform.h"

#include <sched.h>
#include <unistd.h>

#if defined(__x86_64__) && __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>

// The C library has asked the processor already; asking again is slow in a virtual machine.
int martlet_processor_is_supported(void) { return CPU_FEATURE_ACTIVE(SSE4_2); }
#elif defined(__x86_64__)
int martlet_processor_is_supported(void) { return __builtin_cpu_supports("sse4.2"); }
#else
int martlet_processor_is_supported(void) { return 1; }
#endif

long martlet_processor_count(void) {
    cpu_set_t set;
    // A kernel with more processors than a set holds refuses.
    if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? online : 1;
}
