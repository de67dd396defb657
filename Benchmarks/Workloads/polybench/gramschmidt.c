// gramschmidt: A = Q R by the modified Gram-Schmidt process; A has M rows and N columns.
#include "kernel.h"

enum { M = PICK(20, 60, 200, 1000), N = PICK(30, 80, 240, 1200) };

static void kernel(double A[M][N], double R[N][N], double Q[M][N]) {
    for (int k = 0; k < N; k++) {
        double norm = 0;
        for (int i = 0; i < M; i++) norm += A[i][k] * A[i][k];
        R[k][k] = square_root(norm);
        for (int i = 0; i < M; i++) Q[i][k] = A[i][k] / R[k][k];
        for (int j = k + 1; j < N; j++) {
            R[k][j] = 0;
            for (int i = 0; i < M; i++) R[k][j] += Q[i][k] * A[i][j];
            for (int i = 0; i < M; i++) A[i][j] -= Q[i][k] * R[k][j];
        }
    }
}

int main(int count, char **arguments) {
    NEW(double, A, [M][N]);
    NEW(double, A0, [M][N]);
    NEW(double, R, [N][N]);
    NEW(double, Q, [M][N]);
    FILL(A0, 1);
    REPEAT(count, arguments) {
        RESTORE(A, A0);
        kernel(*A, *R, *Q);
    }
    REPORT("gramschmidt R", R);
    REPORT("gramschmidt Q", Q);
    return 0;
}
