// seidel-2d: nine-point averages on a square, in place.
#include "kernel.h"

enum { STEPS = PICK(20, 40, 100, 500), N = PICK(40, 120, 400, 2000) };

static void kernel(double A[N][N]) {
    for (int step = 0; step < STEPS; step++)
        for (int i = 1; i < N - 1; i++)
            for (int j = 1; j < N - 1; j++)
                A[i][j] = (A[i - 1][j - 1] + A[i - 1][j] + A[i - 1][j + 1] + A[i][j - 1] +
                           A[i][j] + A[i][j + 1] + A[i + 1][j - 1] + A[i + 1][j] +
                           A[i + 1][j + 1]) / 9.0;
}

int main(int count, char **arguments) {
    NEW(double, A, [N][N]);
    NEW(double, A0, [N][N]);
    FILL(A0, 1);
    REPEAT(count, arguments) {
        RESTORE(A, A0);
        kernel(*A);
    }
    REPORT("seidel-2d", A);
    return 0;
}
