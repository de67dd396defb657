// trmm: B := alpha A' B, A lower triangular with a unit diagonal.
#include "kernel.h"

enum { M = PICK(20, 60, 200, 1000), N = PICK(30, 80, 240, 1200) };

static void kernel(double alpha, double A[M][M], double B[M][N]) {
    for (int i = 0; i < M; i++)
        for (int j = 0; j < N; j++) {
            for (int k = i + 1; k < M; k++) B[i][j] += A[k][i] * B[k][j];
            B[i][j] *= alpha;
        }
}

int main(int count, char **arguments) {
    NEW(double, A, [M][M]);
    NEW(double, B, [M][N]);
    NEW(double, B0, [M][N]);
    FILL(A, 1), FILL(B0, 2);
    REPEAT(count, arguments) {
        RESTORE(B, B0);
        kernel(1.5, *A, *B);
    }
    REPORT("trmm", B);
    return 0;
}
