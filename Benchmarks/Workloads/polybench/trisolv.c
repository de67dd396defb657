// trisolv: solves L x = b for a lower triangular L.
#include "kernel.h"

enum { N = PICK(40, 120, 400, 2000) };

static void kernel(double L[N][N], double x[N], double b[N]) {
    for (int i = 0; i < N; i++) {
        x[i] = b[i];
        for (int j = 0; j < i; j++) x[i] -= L[i][j] * x[j];
        x[i] /= L[i][i];
    }
}

int main(int count, char **arguments) {
    NEW(double, L, [N][N]);
    NEW(double, x, [N]);
    NEW(double, b, [N]);
    FILL_DOMINANT(L, N, 1);
    FILL(b, 2);
    REPEAT(count, arguments) kernel(*L, *x, *b);
    REPORT("trisolv", x);
    return 0;
}
