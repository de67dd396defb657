// doitgen: each row of a cube times a matrix: A[r][q][p] := sum over s of A[r][q][s] X[s][p].
#include "kernel.h"

enum { NQ = PICK(8, 20, 40, 140), NR = PICK(10, 25, 50, 150), NP = PICK(12, 30, 60, 160) };

static void kernel(double A[NR][NQ][NP], double X[NP][NP], double sum[NP]) {
    for (int r = 0; r < NR; r++)
        for (int q = 0; q < NQ; q++) {
            for (int p = 0; p < NP; p++) {
                sum[p] = 0;
                for (int s = 0; s < NP; s++) sum[p] += A[r][q][s] * X[s][p];
            }
            for (int p = 0; p < NP; p++) A[r][q][p] = sum[p];
        }
}

int main(int count, char **arguments) {
    NEW(double, A, [NR][NQ][NP]);
    NEW(double, A0, [NR][NQ][NP]);
    NEW(double, X, [NP][NP]);
    NEW(double, sum, [NP]);
    FILL(A0, 1), FILL(X, 2);
    REPEAT(count, arguments) {
        RESTORE(A, A0);
        kernel(*A, *X, *sum);
    }
    REPORT("doitgen", A);
    return 0;
}
