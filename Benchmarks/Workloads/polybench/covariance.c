// covariance: covariances between the columns of a table of N rows and M columns.
#include "kernel.h"

enum { M = PICK(28, 80, 240, 1200), N = PICK(32, 100, 260, 1400) };

static void kernel(double data[N][M], double cov[M][M], double mean[M]) {
    for (int j = 0; j < M; j++) {
        mean[j] = 0;
        for (int i = 0; i < N; i++) mean[j] += data[i][j];
        mean[j] /= N;
    }
    for (int i = 0; i < N; i++)
        for (int j = 0; j < M; j++) data[i][j] -= mean[j];
    for (int i = 0; i < M; i++)
        for (int j = i; j < M; j++) {
            cov[i][j] = 0;
            for (int k = 0; k < N; k++) cov[i][j] += data[k][i] * data[k][j];
            cov[i][j] /= N - 1;
            cov[j][i] = cov[i][j];
        }
}

int main(int count, char **arguments) {
    NEW(double, data, [N][M]);
    NEW(double, data0, [N][M]);
    NEW(double, cov, [M][M]);
    NEW(double, mean, [M]);
    FILL(data0, 1);
    REPEAT(count, arguments) {
        RESTORE(data, data0);
        kernel(*data, *cov, *mean);
    }
    REPORT("covariance", cov);
    return 0;
}
