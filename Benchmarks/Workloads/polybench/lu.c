// lu: A = L U in place, no pivot, L with a unit diagonal.
#include "kernel.h"

enum { N = PICK(40, 120, 400, 2000) };

static void kernel(double A[N][N]) {
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < i; j++) {
            for (int k = 0; k < j; k++) A[i][j] -= A[i][k] * A[k][j];
            A[i][j] /= A[j][j];
        }
        for (int j = i; j < N; j++)
            for (int k = 0; k < i; k++) A[i][j] -= A[i][k] * A[k][j];
    }
}

int main(int count, char **arguments) {
    NEW(double, A, [N][N]);
    NEW(double, A0, [N][N]);
    FILL_DOMINANT(A0, N, 1);
    REPEAT(count, arguments) {
        RESTORE(A, A0);
        kernel(*A);
    }
    REPORT("lu", A);
    return 0;
}
