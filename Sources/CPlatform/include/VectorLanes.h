// What Swift's vectors can not say in one instruction: choosing lanes by number, and gathering
// their signs. Sixteen bytes each, at any alignment.
#pragma once

#include <stdint.h>
#include <string.h>

#ifdef __SSSE3__
#include <tmmintrin.h>
#endif

/// Bytes of `one` (0 to 15) and `other` (16 to 31) in the order that `order` tells. The result may
/// be any of the operands.
static inline void martlet_shuffle(
    void *_Nonnull result, const void *_Nonnull one, const void *_Nonnull other,
    const void *_Nonnull order)
{
#ifdef __SSSE3__
    __m128i lanes = _mm_loadu_si128((const __m128i *)order);
    // A byte with its highest bit set gives zero: 16 to 31 become 128 and more for the first.
    __m128i low = _mm_add_epi8(lanes, _mm_set1_epi8(0x70));
    __m128i high = _mm_sub_epi8(lanes, _mm_set1_epi8(16));
    __m128i first = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)one), low);
    __m128i second = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)other), high);
    _mm_storeu_si128((__m128i *)result, _mm_or_si128(first, second));
#else
    uint8_t sources[32], lanes[16];
    memcpy(sources, one, 16);
    memcpy(sources + 16, other, 16);
    for (int lane = 0; lane < 16; lane++) lanes[lane] = sources[((const uint8_t *)order)[lane] & 31];
    memcpy(result, lanes, 16);
#endif
}

/// Bytes of `value` in the order that `order` tells; zero where it tells 16 or more.
static inline void martlet_swizzle(
    void *_Nonnull result, const void *_Nonnull value, const void *_Nonnull order)
{
#ifdef __SSSE3__
    __m128i lanes = _mm_adds_epu8(_mm_loadu_si128((const __m128i *)order), _mm_set1_epi8(0x70));
    __m128i bytes = _mm_loadu_si128((const __m128i *)value);
    _mm_storeu_si128((__m128i *)result, _mm_shuffle_epi8(bytes, lanes));
#else
    uint8_t lanes[16];
    for (int lane = 0; lane < 16; lane++) {
        uint8_t source = ((const uint8_t *)order)[lane];
        lanes[lane] = source < 16 ? ((const uint8_t *)value)[source] : 0;
    }
    memcpy(result, lanes, 16);
#endif
}

/// The sign bits of sixteen bytes, the first one lowest.
static inline uint32_t martlet_bitmask8(const void *_Nonnull value)
{
#ifdef __SSSE3__
    return (uint32_t)_mm_movemask_epi8(_mm_loadu_si128((const __m128i *)value));
#else
    uint32_t mask = 0;
    for (int lane = 0; lane < 16; lane++)
        mask |= (uint32_t)(((const uint8_t *)value)[lane] >> 7) << lane;
    return mask;
#endif
}

/// The sign bits of eight 16-bit lanes, the first one lowest.
static inline uint32_t martlet_bitmask16(const void *_Nonnull value)
{
#ifdef __SSSE3__
    __m128i lanes = _mm_loadu_si128((const __m128i *)value);
    return (uint32_t)_mm_movemask_epi8(_mm_packs_epi16(lanes, _mm_setzero_si128()));
#else
    uint32_t mask = 0;
    for (int lane = 0; lane < 8; lane++)
        mask |= (uint32_t)(((const uint8_t *)value)[2 * lane + 1] >> 7) << lane;
    return mask;
#endif
}

/// The sign bits of four 32-bit lanes, the first one lowest.
static inline uint32_t martlet_bitmask32(const void *_Nonnull value)
{
#ifdef __SSSE3__
    return (uint32_t)_mm_movemask_ps(_mm_loadu_ps((const float *)value));
#else
    uint32_t mask = 0;
    for (int lane = 0; lane < 4; lane++)
        mask |= (uint32_t)(((const uint8_t *)value)[4 * lane + 3] >> 7) << lane;
    return mask;
#endif
}
