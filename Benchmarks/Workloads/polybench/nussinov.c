// nussinov: the most base pairs that an RNA sequence can fold into (Nussinov's dynamic programme);
// 32-bit integers, bases 0 to 3, two bases pair when they sum to 3.
#include "kernel.h"

enum { N = PICK(60, 180, 500, 2500) };

static inline int larger(int left, int right) { return left >= right ? left : right; }

static void kernel(unsigned char bases[N], int table[N][N]) {
    for (int i = N - 1; i >= 0; i--)
        for (int j = i + 1; j < N; j++) {
            table[i][j] = larger(table[i][j], table[i][j - 1]);
            if (i + 1 < N) {
                table[i][j] = larger(table[i][j], table[i + 1][j]);
                int pairs = i < j - 1 && bases[i] + bases[j] == 3;
                table[i][j] = larger(table[i][j], table[i + 1][j - 1] + pairs);
            }
            for (int k = i + 1; k < j; k++)
                table[i][j] = larger(table[i][j], table[i][k] + table[k + 1][j]);
        }
}

int main(int count, char **arguments) {
    NEW(unsigned char, bases, [N]);
    NEW(int, table, [N][N]);
    uint64_t seed = 1;
    for (int i = 0; i < N; i++) (*bases)[i] = random_next(&seed) & 3;
    REPEAT(count, arguments) {
        memset(*table, 0, sizeof *table);
        kernel(*bases, *table);
    }
    REPORT_INT("nussinov", table);
    return 0;
}
