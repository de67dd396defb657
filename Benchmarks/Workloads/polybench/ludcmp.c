// ludcmp: solves A x = b by an LU decomposition and two substitutions.
#include "kernel.h"

enum { N = PICK(40, 120, 400, 2000) };

static void kernel(double A[N][N], double b[N], double x[N], double y[N]) {
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < i; j++) {
            double w = A[i][j];
            for (int k = 0; k < j; k++) w -= A[i][k] * A[k][j];
            A[i][j] = w / A[j][j];
        }
        for (int j = i; j < N; j++) {
            double w = A[i][j];
            for (int k = 0; k < i; k++) w -= A[i][k] * A[k][j];
            A[i][j] = w;
        }
    }
    for (int i = 0; i < N; i++) {
        double w = b[i];
        for (int j = 0; j < i; j++) w -= A[i][j] * y[j];
        y[i] = w;
    }
    for (int i = N - 1; i >= 0; i--) {
        double w = y[i];
        for (int j = i + 1; j < N; j++) w -= A[i][j] * x[j];
        x[i] = w / A[i][i];
    }
}

int main(int count, char **arguments) {
    NEW(double, A, [N][N]);
    NEW(double, A0, [N][N]);
    NEW(double, b, [N]);
    NEW(double, x, [N]);
    NEW(double, y, [N]);
    FILL_DOMINANT(A0, N, 1);
    FILL(b, 2);
    REPEAT(count, arguments) {
        RESTORE(A, A0);
        kernel(*A, *b, *x, *y);
    }
    REPORT("ludcmp", x);
    return 0;
}
