// correlation: Pearson's coefficients between the columns of a table of N rows and M columns.
#include "kernel.h"

enum { M = PICK(28, 80, 240, 1200), N = PICK(32, 100, 260, 1400) };

static void kernel(double data[N][M], double corr[M][M], double mean[M], double deviation[M]) {
    for (int j = 0; j < M; j++) {
        mean[j] = 0;
        for (int i = 0; i < N; i++) mean[j] += data[i][j];
        mean[j] /= N;
    }
    for (int j = 0; j < M; j++) {
        deviation[j] = 0;
        for (int i = 0; i < N; i++)
            deviation[j] += (data[i][j] - mean[j]) * (data[i][j] - mean[j]);
        deviation[j] = square_root(deviation[j] / N);
        // A column that is nearly constant is not scaled.
        deviation[j] = deviation[j] <= 0.1 ? 1.0 : deviation[j];
    }
    for (int i = 0; i < N; i++)
        for (int j = 0; j < M; j++) {
            data[i][j] -= mean[j];
            data[i][j] /= square_root(N) * deviation[j];
        }
    for (int i = 0; i < M - 1; i++) {
        corr[i][i] = 1;
        for (int j = i + 1; j < M; j++) {
            corr[i][j] = 0;
            for (int k = 0; k < N; k++) corr[i][j] += data[k][i] * data[k][j];
            corr[j][i] = corr[i][j];
        }
    }
    corr[M - 1][M - 1] = 1;
}

int main(int count, char **arguments) {
    NEW(double, data, [N][M]);
    NEW(double, data0, [N][M]);
    NEW(double, corr, [M][M]);
    NEW(double, mean, [M]);
    NEW(double, deviation, [M]);
    FILL(data0, 1);
    REPEAT(count, arguments) {
        RESTORE(data, data0);
        kernel(*data, *corr, *mean, *deviation);
    }
    REPORT("correlation", corr);
    return 0;
}
