#include "CPlatform.h"

#if defined(__x86_64__) && __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>

// The C library has asked the processor already; asking again is slow in a virtual machine.
int martlet_processor_is_supported(void) { return CPU_FEATURE_ACTIVE(SSE4_2); }
#elif defined(__x86_64__)
int martlet_processor_is_supported(void) { return __builtin_cpu_supports("sse4.2"); }
#else
int martlet_processor_is_supported(void) { return 1; }
#endif
