#include "SEVGuest.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

struct guest_request {
    uint8_t msg_version;
    uint64_t req_data;
    uint64_t resp_data;
    uint64_t exitinfo2;
};

struct extended_request {
    uint8_t report_request[96];
    uint64_t certs_address;
    uint32_t certs_len;
};

static long run(int descriptor, unsigned number, const void *request, void *response,
                uint64_t *exitInfo) {
    struct guest_request argument = {
        .msg_version = 1,
        .req_data = (uint64_t)(uintptr_t)request,
        .resp_data = (uint64_t)(uintptr_t)response,
    };
    int status = ioctl(descriptor, _IOWR('S', number, struct guest_request), &argument);
    *exitInfo = argument.exitinfo2;
    return status < 0 ? -(long)errno : 0;
}

long martlet_sev_guest_request(int descriptor, unsigned number, const void *request, void *response,
                               uint64_t *exitInfo) {
    return run(descriptor, number, request, response, exitInfo);
}

long martlet_sev_guest_extended_report(int descriptor, const void *request, void *response,
                                       void *certificates, uint32_t *length, uint64_t *exitInfo) {
    struct extended_request extended = {
        .certs_address = (uint64_t)(uintptr_t)certificates,
        .certs_len = *length,
    };
    memcpy(extended.report_request, request, sizeof extended.report_request);
    long status = run(descriptor, 2, &extended, response, exitInfo);
    *length = extended.certs_len;
    return status;
}
