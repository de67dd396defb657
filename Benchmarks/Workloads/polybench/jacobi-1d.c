// jacobi-1d: three-point averages on a line, there and back between two arrays.
#include "kernel.h"

enum { STEPS = PICK(20, 40, 100, 500), N = PICK(30, 120, 400, 2000) };

static void kernel(double A[N], double B[N]) {
    for (int step = 0; step < STEPS; step++) {
        for (int i = 1; i < N - 1; i++) B[i] = 0.33333 * (A[i - 1] + A[i] + A[i + 1]);
        for (int i = 1; i < N - 1; i++) A[i] = 0.33333 * (B[i - 1] + B[i] + B[i + 1]);
    }
}

int main(int count, char **arguments) {
    NEW(double, A, [N]);
    NEW(double, B, [N]);
    NEW(double, A0, [N]);
    FILL(A0, 1);
    REPEAT(count, arguments) {
        RESTORE(A, A0), RESTORE(B, A0);
        kernel(*A, *B);
    }
    REPORT("jacobi-1d", A);
    return 0;
}
