// syr2k: C := alpha A B' + alpha B A' + beta C on the lower triangle of C.
#include "kernel.h"

enum { M = PICK(20, 60, 200, 1000), N = PICK(30, 80, 240, 1200) };

static void kernel(double alpha, double beta, double C[N][N], double A[N][M], double B[N][M]) {
    for (int i = 0; i < N; i++) {
        for (int j = 0; j <= i; j++) C[i][j] *= beta;
        for (int k = 0; k < M; k++)
            for (int j = 0; j <= i; j++)
                C[i][j] += A[j][k] * alpha * B[i][k] + B[j][k] * alpha * A[i][k];
    }
}

int main(int count, char **arguments) {
    NEW(double, A, [N][M]);
    NEW(double, B, [N][M]);
    NEW(double, C, [N][N]);
    NEW(double, C0, [N][N]);
    FILL(A, 1), FILL(B, 2), FILL(C0, 3);
    REPEAT(count, arguments) {
        RESTORE(C, C0);
        kernel(1.5, 1.2, *C, *A, *B);
    }
    REPORT("syr2k", C);
    return 0;
}
