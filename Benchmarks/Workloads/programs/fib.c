// Fibonacci numbers by double recursion: calls and very little else.
#include "runtime.h"

__attribute__((noinline)) static uint32_t fib(uint32_t n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

int main(int count, char **arguments) {
    unsigned repeat = argument(count, arguments, 1, 1);
    uint32_t sum = 0;
    for (unsigned round = 0; round < repeat; round++) {
        uint32_t n = PICK(20, 27, 32, 37);
        __asm__ volatile("" : "+r"(n));
        sum += fib(n);
    }
    print_text("fib ");
    print_unsigned(sum);
    print_text("\n");
    return 0;
}
