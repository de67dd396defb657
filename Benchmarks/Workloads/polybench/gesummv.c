// gesummv: y := alpha A x + beta B x.
#include "kernel.h"

enum { N = PICK(30, 90, 250, 1300) };

static void kernel(double alpha, double beta, double A[N][N], double B[N][N], double t[N],
                   double x[N], double y[N]) {
    for (int i = 0; i < N; i++) {
        t[i] = 0;
        y[i] = 0;
        for (int j = 0; j < N; j++) {
            t[i] += A[i][j] * x[j];
            y[i] += B[i][j] * x[j];
        }
        y[i] = alpha * t[i] + beta * y[i];
    }
}

int main(int count, char **arguments) {
    NEW(double, A, [N][N]);
    NEW(double, B, [N][N]);
    NEW(double, t, [N]);
    NEW(double, x, [N]);
    NEW(double, y, [N]);
    FILL(A, 1), FILL(B, 2), FILL(x, 3);
    REPEAT(count, arguments) kernel(1.5, 1.2, *A, *B, *t, *x, *y);
    REPORT("gesummv", y);
    return 0;
}
