// jacobi-2d: five-point averages on a square, there and back between two arrays.
// Argument 2 is the number of steps, when it shall be fewer than the size's own.
#include "kernel.h"

enum { STEPS = PICK(20, 40, 100, 500), N = PICK(30, 90, 250, 1300) };

static void kernel(int steps, double A[N][N], double B[N][N]) {
    for (int step = 0; step < steps; step++) {
        for (int i = 1; i < N - 1; i++)
            for (int j = 1; j < N - 1; j++)
                B[i][j] = 0.2 * (A[i][j] + A[i][j - 1] + A[i][j + 1] + A[i + 1][j] + A[i - 1][j]);
        for (int i = 1; i < N - 1; i++)
            for (int j = 1; j < N - 1; j++)
                A[i][j] = 0.2 * (B[i][j] + B[i][j - 1] + B[i][j + 1] + B[i + 1][j] + B[i - 1][j]);
    }
}

int main(int count, char **arguments) {
    NEW(double, A, [N][N]);
    NEW(double, B, [N][N]);
    NEW(double, A0, [N][N]);
    FILL(A0, 1);
    int steps = fewer(argument(count, arguments, 2, STEPS), STEPS);
    REPEAT(count, arguments) {
        RESTORE(A, A0), RESTORE(B, A0);
        kernel(steps, *A, *B);
    }
    REPORT("jacobi-2d", A);
    return 0;
}
