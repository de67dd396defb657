// mvt: x1 := x1 + A y1 and x2 := x2 + transposed(A) y2.
#include "kernel.h"

enum { N = PICK(40, 120, 400, 2000) };

static void kernel(double A[N][N], double x1[N], double x2[N], double y1[N], double y2[N]) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) x1[i] += A[i][j] * y1[j];
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) x2[i] += A[j][i] * y2[j];
}

int main(int count, char **arguments) {
    NEW(double, A, [N][N]);
    NEW(double, x1, [N]);
    NEW(double, x2, [N]);
    NEW(double, y1, [N]);
    NEW(double, y2, [N]);
    FILL(A, 1), FILL(x1, 2), FILL(x2, 3), FILL(y1, 4), FILL(y2, 5);
    // Nothing is restored: the sums grow by the same amount in each repetition.
    REPEAT(count, arguments) kernel(*A, *x1, *x2, *y1, *y2);
    REPORT("mvt x1", x1);
    REPORT("mvt x2", x2);
    return 0;
}
