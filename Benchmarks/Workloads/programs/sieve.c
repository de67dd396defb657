// The sieve of Eratosthenes on one byte a number: strided stores and a counting pass.
#include "runtime.h"

enum { LIMIT = PICK(10000, 100000, 1000000, 10000000) };

static uint32_t count_primes(uint8_t *composite) {
    memset(composite, 0, LIMIT);
    for (uint32_t prime = 2; prime * prime < LIMIT; prime++) {
        if (composite[prime]) continue;
        for (uint32_t multiple = prime * prime; multiple < LIMIT; multiple += prime)
            composite[multiple] = 1;
    }
    uint32_t primes = 0;
    for (uint32_t number = 2; number < LIMIT; number++) primes += !composite[number];
    return primes;
}

int main(int count, char **arguments) {
    unsigned repeat = argument(count, arguments, 1, 1);
    uint8_t *composite = allocate(LIMIT);
    uint32_t primes = 0;
    for (unsigned round = 0; round < repeat; round++) {
        primes = count_primes(composite);
        BARRIER(composite);
    }
    print_text("sieve ");
    print_unsigned(primes);
    print_text("\n");
    return 0;
}
