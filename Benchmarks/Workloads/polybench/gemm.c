// gemm: C := alpha A B + beta C.
#include "kernel.h"

enum {
    NI = PICK(20, 60, 200, 1000),
    NJ = PICK(25, 70, 220, 1100),
    NK = PICK(30, 80, 240, 1200)
};

static void kernel(double alpha, double beta, double C[NI][NJ], double A[NI][NK],
                   double B[NK][NJ]) {
    for (int i = 0; i < NI; i++) {
        for (int j = 0; j < NJ; j++) C[i][j] *= beta;
        for (int k = 0; k < NK; k++)
            for (int j = 0; j < NJ; j++) C[i][j] += alpha * A[i][k] * B[k][j];
    }
}

int main(int count, char **arguments) {
    NEW(double, A, [NI][NK]);
    NEW(double, B, [NK][NJ]);
    NEW(double, C, [NI][NJ]);
    NEW(double, C0, [NI][NJ]);
    FILL(A, 1), FILL(B, 2), FILL(C0, 3);
    REPEAT(count, arguments) {
        RESTORE(C, C0);
        kernel(1.5, 1.2, *C, *A, *B);
    }
    REPORT("gemm", C);
    return 0;
}
