// Printing in fixed forms: the same code on both sides.
#include "runtime.h"

void print_text(const char *text) { write_all(text, strlen(text)); }

void print_unsigned(uint64_t value) {
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    write_all(digits + at, sizeof digits - at);
}

void print_signed(int64_t value) {
    if (value < 0) print_text("-");
    print_unsigned(value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void print_hex(uint64_t value) {
    char digits[16];
    for (int at = 15; at >= 0; at--, value >>= 4) digits[at] = "0123456789abcdef"[value & 15];
    write_all(digits, sizeof digits);
}

void print_double(double value) {
    if (value != value) return print_text("nan");
    if (value < 0) {
        print_text("-");
        value = -value;
    }
    if (value >= 9223372036854775808.0) return print_text("large");
    uint64_t whole = (uint64_t)value;
    uint64_t decimals = (uint64_t)((value - (double)whole) * 1e6);
    char text[7] = {'.'};
    for (int at = 6; at > 0; at--, decimals /= 10) text[at] = (char)('0' + decimals % 10);
    print_unsigned(whole);
    write_all(text, sizeof text);
}

unsigned argument(int count, char **arguments, int index, unsigned otherwise) {
    if (index >= count) return otherwise;
    unsigned value = 0;
    for (const char *digit = arguments[index]; *digit >= '0' && *digit <= '9'; digit++)
        value = value * 10 + (unsigned)(*digit - '0');
    return value == 0 ? otherwise : value;
}
