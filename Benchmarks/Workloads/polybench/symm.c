// symm: C := alpha A B + beta C, A symmetric and given by its lower triangle.
#include "kernel.h"

enum { M = PICK(20, 60, 200, 1000), N = PICK(30, 80, 240, 1200) };

static void kernel(double alpha, double beta, double C[M][N], double A[M][M], double B[M][N]) {
    for (int i = 0; i < M; i++)
        for (int j = 0; j < N; j++) {
            double above = 0;
            for (int k = 0; k < i; k++) {
                C[k][j] += alpha * B[i][j] * A[i][k];
                above += B[k][j] * A[i][k];
            }
            C[i][j] = beta * C[i][j] + alpha * B[i][j] * A[i][i] + alpha * above;
        }
}

int main(int count, char **arguments) {
    NEW(double, A, [M][M]);
    NEW(double, B, [M][N]);
    NEW(double, C, [M][N]);
    NEW(double, C0, [M][N]);
    FILL(A, 1), FILL(B, 2), FILL(C0, 3);
    REPEAT(count, arguments) {
        RESTORE(C, C0);
        kernel(1.5, 1.2, *C, *A, *B);
    }
    REPORT("symm", C);
    return 0;
}
