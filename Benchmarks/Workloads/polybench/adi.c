// adi: heat diffusion on a square by alternating direction implicit steps (one tridiagonal solve
// along each column, then along each row, by forward elimination and back substitution).
#include "kernel.h"

enum { STEPS = PICK(20, 40, 100, 500), N = PICK(20, 60, 200, 1000) };

static void kernel(double u[N][N], double v[N][N], double p[N][N], double q[N][N]) {
    const double width = 1.0 / N, time = 1.0 / STEPS;
    const double first = 2 * time / (width * width), second = 1 * time / (width * width);
    const double a = -first / 2, b = 1 + first, c = a;
    const double d = -second / 2, e = 1 + second, f = d;
    for (int step = 1; step <= STEPS; step++) {
        for (int i = 1; i < N - 1; i++) {
            v[0][i] = 1;
            p[i][0] = 0;
            q[i][0] = v[0][i];
            for (int j = 1; j < N - 1; j++) {
                p[i][j] = -c / (a * p[i][j - 1] + b);
                q[i][j] = (-d * u[j][i - 1] + (1 + 2 * d) * u[j][i] - f * u[j][i + 1] -
                           a * q[i][j - 1]) / (a * p[i][j - 1] + b);
            }
            v[N - 1][i] = 1;
            for (int j = N - 2; j >= 1; j--) v[j][i] = p[i][j] * v[j + 1][i] + q[i][j];
        }
        for (int i = 1; i < N - 1; i++) {
            u[i][0] = 1;
            p[i][0] = 0;
            q[i][0] = u[i][0];
            for (int j = 1; j < N - 1; j++) {
                p[i][j] = -f / (d * p[i][j - 1] + e);
                q[i][j] = (-a * v[i - 1][j] + (1 + 2 * a) * v[i][j] - c * v[i + 1][j] -
                           d * q[i][j - 1]) / (d * p[i][j - 1] + e);
            }
            u[i][N - 1] = 1;
            for (int j = N - 2; j >= 1; j--) u[i][j] = p[i][j] * u[i][j + 1] + q[i][j];
        }
    }
}

int main(int count, char **arguments) {
    NEW(double, u, [N][N]);
    NEW(double, u0, [N][N]);
    NEW(double, v, [N][N]);
    NEW(double, p, [N][N]);
    NEW(double, q, [N][N]);
    FILL(u0, 1);
    REPEAT(count, arguments) {
        RESTORE(u, u0);
        kernel(*u, *v, *p, *q);
    }
    REPORT("adi", u);
    return 0;
}
