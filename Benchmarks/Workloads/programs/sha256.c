// SHA-256 (FIPS 180-4, sections 4.1.2, 5.1.1, 6.2): rotations and additions on 32-bit words.
#include "runtime.h"

// The first 32 bits of the fractions of the cube roots of the first 64 primes (4.2.2) and of the
// square roots of the first 8 (5.3.3), computed here instead of typed.
static uint32_t constants[64], initial[8];

/// The fraction bits of the `degree`-th root of `n`: floor(root * 2^32) mod 2^32, by bisection.
static uint32_t root_fraction(uint32_t n, int degree) {
    uint64_t root = 0;
    for (int bit = 36; bit >= 0; bit--) {
        uint64_t trial = root | (uint64_t)1 << bit;
        unsigned __int128 power = (unsigned __int128)trial * trial;
        unsigned __int128 limit = (unsigned __int128)n << 64;
        if (degree == 3) {
            // trial^3 <= n * 2^96, compared after dropping 32 bits that cannot decide it alone.
            unsigned __int128 high = (power >> 32) * trial;
            unsigned __int128 low = ((power & 0xffffffff) * trial) >> 32;
            power = high + low;
            limit = (unsigned __int128)n << 64;
        }
        if (power < limit) root = trial;
    }
    return (uint32_t)root;
}

static void prepare(void) {
    int found = 0;
    for (uint32_t candidate = 2; found < 64; candidate++) {
        int prime = 1;
        for (uint32_t divisor = 2; divisor * divisor <= candidate; divisor++)
            if (candidate % divisor == 0) prime = 0;
        if (!prime) continue;
        if (found < 8) initial[found] = root_fraction(candidate, 2);
        constants[found++] = root_fraction(candidate, 3);
    }
}

static inline uint32_t rotate(uint32_t word, int count) {
    return word >> count | word << (32 - count);
}

static void compress(uint32_t state[8], const uint8_t *block) {
    uint32_t w[64];
    for (int t = 0; t < 16; t++)
        w[t] = (uint32_t)block[4 * t] << 24 | (uint32_t)block[4 * t + 1] << 16 |
               (uint32_t)block[4 * t + 2] << 8 | block[4 * t + 3];
    for (int t = 16; t < 64; t++) {
        uint32_t s0 = rotate(w[t - 15], 7) ^ rotate(w[t - 15], 18) ^ w[t - 15] >> 3;
        uint32_t s1 = rotate(w[t - 2], 17) ^ rotate(w[t - 2], 19) ^ w[t - 2] >> 10;
        w[t] = s1 + w[t - 7] + s0 + w[t - 16];
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (int t = 0; t < 64; t++) {
        uint32_t choose = (e & f) ^ (~e & g), majority = (a & b) ^ (a & c) ^ (b & c);
        uint32_t sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
        uint32_t sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
        uint32_t t1 = h + sum1 + choose + constants[t] + w[t], t2 = sum0 + majority;
        h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

static void digest(uint32_t state[8], const uint8_t *message, size_t count) {
    for (int at = 0; at < 8; at++) state[at] = initial[at];
    size_t whole = count / 64 * 64;
    for (size_t at = 0; at < whole; at += 64) compress(state, message + at);
    uint8_t last[128] = {0};
    size_t rest = count - whole, padded = rest < 56 ? 64 : 128;
    memcpy(last, message + whole, rest);
    last[rest] = 0x80;
    for (int at = 0; at < 8; at++) last[padded - 1 - at] = (uint8_t)((uint64_t)count * 8 >> 8 * at);
    for (size_t at = 0; at < padded; at += 64) compress(state, last + at);
}

static void print_digest(const uint32_t state[8]) {
    for (int at = 0; at < 8; at += 2) print_hex((uint64_t)state[at] << 32 | state[at + 1]);
    print_text("\n");
}

int main(int count, char **arguments) {
    unsigned repeat = argument(count, arguments, 1, 1);
    enum { BYTES = PICK(4096, 65536, 1048576, 16777216) };
    uint8_t *message = allocate(BYTES);
    uint64_t seed = 1;
    for (size_t at = 0; at < BYTES; at++) message[at] = (uint8_t)(random_next(&seed) >> 24);
    prepare();
    uint32_t state[8];
    digest(state, (const uint8_t *)"abc", 3);
    print_text("sha256 abc ");
    print_digest(state);
    for (unsigned round = 0; round < repeat; round++) {
        digest(state, message, BYTES);
        memcpy(message, state, sizeof state);
    }
    print_text("sha256 ");
    print_digest(state);
    return 0;
}
