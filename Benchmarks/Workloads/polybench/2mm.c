// 2mm: D := alpha A B C + beta D.
#include "kernel.h"

enum {
    NI = PICK(16, 40, 180, 800),
    NJ = PICK(18, 50, 190, 900),
    NK = PICK(22, 70, 210, 1100),
    NL = PICK(24, 80, 220, 1200)
};

static void kernel(double alpha, double beta, double T[NI][NJ], double A[NI][NK],
                   double B[NK][NJ], double C[NJ][NL], double D[NI][NL]) {
    for (int i = 0; i < NI; i++)
        for (int j = 0; j < NJ; j++) {
            T[i][j] = 0;
            for (int k = 0; k < NK; k++) T[i][j] += alpha * A[i][k] * B[k][j];
        }
    for (int i = 0; i < NI; i++)
        for (int l = 0; l < NL; l++) {
            D[i][l] *= beta;
            for (int j = 0; j < NJ; j++) D[i][l] += T[i][j] * C[j][l];
        }
}

int main(int count, char **arguments) {
    NEW(double, T, [NI][NJ]);
    NEW(double, A, [NI][NK]);
    NEW(double, B, [NK][NJ]);
    NEW(double, C, [NJ][NL]);
    NEW(double, D, [NI][NL]);
    NEW(double, D0, [NI][NL]);
    FILL(A, 1), FILL(B, 2), FILL(C, 3), FILL(D0, 4);
    REPEAT(count, arguments) {
        RESTORE(D, D0);
        kernel(1.5, 1.2, *T, *A, *B, *C, *D);
    }
    REPORT("2mm", D);
    return 0;
}
