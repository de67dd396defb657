// 3mm: G := (A B) (C D).
#include "kernel.h"

enum {
    NI = PICK(16, 40, 180, 800),
    NJ = PICK(18, 50, 190, 900),
    NK = PICK(20, 60, 200, 1000),
    NL = PICK(22, 70, 210, 1100),
    NM = PICK(24, 80, 220, 1200)
};

static void kernel(double A[NI][NK], double B[NK][NJ], double C[NJ][NM], double D[NM][NL],
                   double E[NI][NJ], double F[NJ][NL], double G[NI][NL]) {
    for (int i = 0; i < NI; i++)
        for (int j = 0; j < NJ; j++) {
            E[i][j] = 0;
            for (int k = 0; k < NK; k++) E[i][j] += A[i][k] * B[k][j];
        }
    for (int j = 0; j < NJ; j++)
        for (int l = 0; l < NL; l++) {
            F[j][l] = 0;
            for (int m = 0; m < NM; m++) F[j][l] += C[j][m] * D[m][l];
        }
    for (int i = 0; i < NI; i++)
        for (int l = 0; l < NL; l++) {
            G[i][l] = 0;
            for (int j = 0; j < NJ; j++) G[i][l] += E[i][j] * F[j][l];
        }
}

int main(int count, char **arguments) {
    NEW(double, A, [NI][NK]);
    NEW(double, B, [NK][NJ]);
    NEW(double, C, [NJ][NM]);
    NEW(double, D, [NM][NL]);
    NEW(double, E, [NI][NJ]);
    NEW(double, F, [NJ][NL]);
    NEW(double, G, [NI][NL]);
    FILL(A, 1), FILL(B, 2), FILL(C, 3), FILL(D, 4);
    REPEAT(count, arguments) kernel(*A, *B, *C, *D, *E, *F, *G);
    REPORT("3mm", G);
    return 0;
}
