// gemver: A := A + u1 v1' + u2 v2'; x := x + beta A' y + z; w := w + alpha A x.
#include "kernel.h"

enum { N = PICK(40, 120, 400, 2000) };

static void kernel(double alpha, double beta, double A[N][N], double u1[N], double v1[N],
                   double u2[N], double v2[N], double w[N], double x[N], double y[N],
                   double z[N]) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) A[i][j] += u1[i] * v1[j] + u2[i] * v2[j];
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) x[i] += beta * A[j][i] * y[j];
    for (int i = 0; i < N; i++) x[i] += z[i];
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) w[i] += alpha * A[i][j] * x[j];
}

int main(int count, char **arguments) {
    NEW(double, A, [N][N]);
    NEW(double, u1, [N]);
    NEW(double, v1, [N]);
    NEW(double, u2, [N]);
    NEW(double, v2, [N]);
    NEW(double, w, [N]);
    NEW(double, x, [N]);
    NEW(double, y, [N]);
    NEW(double, z, [N]);
    FILL(A, 1), FILL(u1, 2), FILL(v1, 3), FILL(u2, 4), FILL(v2, 5), FILL(y, 6), FILL(z, 7);
    // Nothing is restored: A grows by a little in each repetition and stays far from infinity.
    REPEAT(count, arguments) {
        memset(*x, 0, sizeof *x), memset(*w, 0, sizeof *w);
        kernel(1.5, 1.2, *A, *u1, *v1, *u2, *v2, *w, *x, *y, *z);
    }
    REPORT("gemver", w);
    return 0;
}
