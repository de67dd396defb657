// fdtd-2d: Maxwell's equations in two dimensions by finite differences in time.
// Argument 2 is the number of steps, when it shall be fewer than the size's own.
#include "kernel.h"

enum {
    STEPS = PICK(20, 40, 100, 500),
    NX = PICK(20, 60, 200, 1000),
    NY = PICK(30, 80, 240, 1200)
};

static void kernel(int steps, double ex[NX][NY], double ey[NX][NY], double hz[NX][NY],
                   double edge[STEPS]) {
    for (int step = 0; step < steps; step++) {
        for (int j = 0; j < NY; j++) ey[0][j] = edge[step];
        for (int i = 1; i < NX; i++)
            for (int j = 0; j < NY; j++) ey[i][j] -= 0.5 * (hz[i][j] - hz[i - 1][j]);
        for (int i = 0; i < NX; i++)
            for (int j = 1; j < NY; j++) ex[i][j] -= 0.5 * (hz[i][j] - hz[i][j - 1]);
        for (int i = 0; i < NX - 1; i++)
            for (int j = 0; j < NY - 1; j++)
                hz[i][j] -= 0.7 * (ex[i][j + 1] - ex[i][j] + ey[i + 1][j] - ey[i][j]);
    }
}

int main(int count, char **arguments) {
    NEW(double, ex, [NX][NY]);
    NEW(double, ey, [NX][NY]);
    NEW(double, hz, [NX][NY]);
    NEW(double, ex0, [NX][NY]);
    NEW(double, ey0, [NX][NY]);
    NEW(double, hz0, [NX][NY]);
    NEW(double, edge, [STEPS]);
    FILL(ex0, 1), FILL(ey0, 2), FILL(hz0, 3), FILL(edge, 4);
    int steps = fewer(argument(count, arguments, 2, STEPS), STEPS);
    REPEAT(count, arguments) {
        RESTORE(ex, ex0), RESTORE(ey, ey0), RESTORE(hz, hz0);
        kernel(steps, *ex, *ey, *hz, *edge);
    }
    REPORT("fdtd-2d ex", ex);
    REPORT("fdtd-2d ey", ey);
    REPORT("fdtd-2d hz", hz);
    return 0;
}
