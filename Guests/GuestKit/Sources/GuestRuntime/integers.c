// 128-bit arithmetic that the code generator calls by name (the compiler-rt names).
#include <stdint.h>

typedef __int128 i128;
typedef unsigned __int128 u128;

static u128 join(uint64_t high, uint64_t low) { return (u128)high << 64 | low; }

i128 __multi3(i128 a, i128 b) {
    uint64_t al = (uint64_t)a, bl = (uint64_t)b;
    uint64_t a0 = (uint32_t)al, a1 = al >> 32, b0 = (uint32_t)bl, b1 = bl >> 32;
    uint64_t low = a0 * b0, middle = a1 * b0 + (low >> 32);
    uint64_t carry = middle >> 32;
    middle = (uint32_t)middle + a0 * b1;
    uint64_t high = a1 * b1 + carry + (middle >> 32);
    high += (uint64_t)((u128)a >> 64) * bl + (uint64_t)((u128)b >> 64) * al;
    return (i128)join(high, middle << 32 | (uint32_t)low);
}

// Shifts by a constant 64 above are moves of halves; only variable distances come here.
i128 __ashlti3(i128 value, int count) {
    uint64_t high = (uint64_t)((u128)value >> 64), low = (uint64_t)value;
    if (count & 64) return (i128)join(low << (count & 63), 0);
    if (count == 0) return value;
    return (i128)join(high << count | low >> (64 - count), low << count);
}

u128 __lshrti3(u128 value, int count) {
    uint64_t high = (uint64_t)(value >> 64), low = (uint64_t)value;
    if (count & 64) return join(0, high >> (count & 63));
    if (count == 0) return value;
    return join(high >> count, low >> count | high << (64 - count));
}

i128 __ashrti3(i128 value, int count) {
    int64_t high = (int64_t)((u128)value >> 64);
    uint64_t low = (uint64_t)value;
    if (count & 64) return (i128)join((uint64_t)(high >> 63), (uint64_t)(high >> (count & 63)));
    if (count == 0) return value;
    return (i128)join((uint64_t)(high >> count), low >> count | (uint64_t)high << (64 - count));
}

// Shift and subtract, one bit a step from the first set bit of the dividend.
static u128 divide(u128 dividend, u128 divisor, u128 *remainder) {
    if (divisor == 0) __builtin_trap();
    uint64_t high = (uint64_t)(dividend >> 64), low = (uint64_t)dividend;
    if (high == 0 && (uint64_t)(divisor >> 64) == 0) {
        *remainder = low % (uint64_t)divisor;
        return low / (uint64_t)divisor;
    }
    u128 quotient = 0, rest = 0;
    int bits = high ? 128 - __builtin_clzll(high) : 64 - __builtin_clzll(low | 1);
    for (int bit = bits - 1; bit >= 0; bit--) {
        uint64_t half = bit & 64 ? high : low;
        rest = rest << 1 | (half >> (bit & 63) & 1);
        quotient <<= 1;
        if (rest >= divisor) {
            rest -= divisor;
            quotient |= 1;
        }
    }
    *remainder = rest;
    return quotient;
}

u128 __udivti3(u128 dividend, u128 divisor) {
    u128 remainder;
    return divide(dividend, divisor, &remainder);
}

u128 __umodti3(u128 dividend, u128 divisor) {
    u128 remainder;
    (void)divide(dividend, divisor, &remainder);
    return remainder;
}

static u128 magnitude(i128 value) { return value < 0 ? -(u128)value : (u128)value; }

i128 __divti3(i128 dividend, i128 divisor) {
    u128 remainder, quotient = divide(magnitude(dividend), magnitude(divisor), &remainder);
    return (i128)((dividend < 0) != (divisor < 0) ? -quotient : quotient);
}

i128 __modti3(i128 dividend, i128 divisor) {
    u128 remainder;
    (void)divide(magnitude(dividend), magnitude(divisor), &remainder);
    return (i128)(dividend < 0 ? -remainder : remainder);
}
