// syrk: C := alpha A A' + beta C on the lower triangle of C.
#include "kernel.h"

enum { M = PICK(20, 60, 200, 1000), N = PICK(30, 80, 240, 1200) };

static void kernel(double alpha, double beta, double C[N][N], double A[N][M]) {
    for (int i = 0; i < N; i++) {
        for (int j = 0; j <= i; j++) C[i][j] *= beta;
        for (int k = 0; k < M; k++)
            for (int j = 0; j <= i; j++) C[i][j] += alpha * A[i][k] * A[j][k];
    }
}

int main(int count, char **arguments) {
    NEW(double, A, [N][M]);
    NEW(double, C, [N][N]);
    NEW(double, C0, [N][N]);
    FILL(A, 1), FILL(C0, 2);
    REPEAT(count, arguments) {
        RESTORE(C, C0);
        kernel(1.5, 1.2, *C, *A);
    }
    REPORT("syrk", C);
    return 0;
}
