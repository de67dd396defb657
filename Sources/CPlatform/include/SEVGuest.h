// Requests to /dev/sev-guest (Linux, include/uapi/linux/sev-guest.h): ioctls whose arguments point at
// further buffers. The structures are written out here, so that old kernel headers will do.
#pragma once

#include <stdint.h>

/// SNP_GET_REPORT (number 0) or SNP_GET_DERIVED_KEY (number 1): `request` and `response` have the
/// sizes that the kernel's structures have. `exitInfo` gets the error of firmware (low half) and
/// hypervisor (high half).
long martlet_sev_guest_request(
    int descriptor, unsigned number, const void *_Nonnull request, void *_Nonnull response,
    uint64_t *_Nonnull exitInfo);

/// SNP_GET_EXT_REPORT: a report, and the host's certificates into `certificates` of `*length` bytes;
/// `*length` gets the size that is needed when it is too small.
long martlet_sev_guest_extended_report(
    int descriptor, const void *_Nonnull request, void *_Nonnull response,
    void *_Nullable certificates, uint32_t *_Nonnull length, uint64_t *_Nonnull exitInfo);
