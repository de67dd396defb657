// heat-3d: the heat equation in a cube by explicit steps, there and back between two arrays.
// Argument 2 is the number of steps, when it shall be fewer than the size's own.
#include "kernel.h"

enum { STEPS = PICK(20, 40, 100, 500), N = PICK(10, 20, 40, 120) };

static void step(double to[N][N][N], double from[N][N][N]) {
    for (int i = 1; i < N - 1; i++)
        for (int j = 1; j < N - 1; j++)
            for (int k = 1; k < N - 1; k++)
                to[i][j][k] =
                    0.125 * (from[i + 1][j][k] - 2.0 * from[i][j][k] + from[i - 1][j][k]) +
                    0.125 * (from[i][j + 1][k] - 2.0 * from[i][j][k] + from[i][j - 1][k]) +
                    0.125 * (from[i][j][k + 1] - 2.0 * from[i][j][k] + from[i][j][k - 1]) +
                    from[i][j][k];
}

static void kernel(int steps, double A[N][N][N], double B[N][N][N]) {
    for (int time = 1; time <= steps; time++) {
        step(B, A);
        step(A, B);
    }
}

int main(int count, char **arguments) {
    NEW(double, A, [N][N][N]);
    NEW(double, B, [N][N][N]);
    NEW(double, A0, [N][N][N]);
    FILL(A0, 1);
    int steps = fewer(argument(count, arguments, 2, STEPS), STEPS);
    REPEAT(count, arguments) {
        RESTORE(A, A0), RESTORE(B, A0);
        kernel(steps, *A, *B);
    }
    REPORT("heat-3d", A);
    return 0;
}
