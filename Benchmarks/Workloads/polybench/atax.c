// atax: y := transposed(A) (A x).
#include "kernel.h"

enum { M = PICK(38, 116, 390, 1900), N = PICK(42, 124, 410, 2100) };

static void kernel(double A[M][N], double x[N], double y[N], double t[M]) {
    for (int j = 0; j < N; j++) y[j] = 0;
    for (int i = 0; i < M; i++) {
        t[i] = 0;
        for (int j = 0; j < N; j++) t[i] += A[i][j] * x[j];
        for (int j = 0; j < N; j++) y[j] += A[i][j] * t[i];
    }
}

int main(int count, char **arguments) {
    NEW(double, A, [M][N]);
    NEW(double, x, [N]);
    NEW(double, y, [N]);
    NEW(double, t, [M]);
    FILL(A, 1), FILL(x, 2);
    REPEAT(count, arguments) kernel(*A, *x, *y, *t);
    REPORT("atax", y);
    return 0;
}
