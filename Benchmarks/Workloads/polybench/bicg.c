// bicg: s := transposed(A) r and q := A p, the two products of a BiCG step.
#include "kernel.h"

enum { M = PICK(38, 116, 390, 1900), N = PICK(42, 124, 410, 2100) };

static void kernel(double A[N][M], double s[M], double q[N], double p[M], double r[N]) {
    for (int j = 0; j < M; j++) s[j] = 0;
    for (int i = 0; i < N; i++) {
        q[i] = 0;
        for (int j = 0; j < M; j++) {
            s[j] += r[i] * A[i][j];
            q[i] += A[i][j] * p[j];
        }
    }
}

int main(int count, char **arguments) {
    NEW(double, A, [N][M]);
    NEW(double, s, [M]);
    NEW(double, q, [N]);
    NEW(double, p, [M]);
    NEW(double, r, [N]);
    FILL(A, 1), FILL(p, 2), FILL(r, 3);
    REPEAT(count, arguments) kernel(*A, *s, *q, *p, *r);
    REPORT("bicg s", s);
    REPORT("bicg q", q);
    return 0;
}
