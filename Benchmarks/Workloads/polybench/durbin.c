// durbin: the Levinson-Durbin recursion, which solves a Toeplitz system of Yule-Walker equations.
#include "kernel.h"

enum { N = PICK(40, 120, 400, 2000) };

static void kernel(double r[N], double y[N], double z[N]) {
    double alpha = -r[0], beta = 1;
    y[0] = -r[0];
    for (int k = 1; k < N; k++) {
        beta *= 1 - alpha * alpha;
        double sum = 0;
        for (int i = 0; i < k; i++) sum += r[k - i - 1] * y[i];
        alpha = -(r[k] + sum) / beta;
        for (int i = 0; i < k; i++) z[i] = y[i] + alpha * y[k - i - 1];
        for (int i = 0; i < k; i++) y[i] = z[i];
        y[k] = alpha;
    }
}

int main(int count, char **arguments) {
    NEW(double, r, [N]);
    NEW(double, y, [N]);
    NEW(double, z, [N]);
    // A convex falling sequence: a correlation that keeps every reflection below one.
    for (int i = 0; i < N; i++) (*r)[i] = 1.0 / (i + 2);
    REPEAT(count, arguments) kernel(*r, *y, *z);
    REPORT("durbin", y);
    return 0;
}
