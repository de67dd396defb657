// floyd-warshall: shortest paths between all pairs of nodes; 32-bit integers.
#include "kernel.h"

enum { N = PICK(60, 180, 500, 2800) };

static void kernel(int path[N][N]) {
    for (int k = 0; k < N; k++)
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                int through = path[i][k] + path[k][j];
                path[i][j] = path[i][j] < through ? path[i][j] : through;
            }
}

int main(int count, char **arguments) {
    NEW(int, path, [N][N]);
    NEW(int, path0, [N][N]);
    uint64_t seed = 1;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            uint32_t draw = random_next(&seed);
            // About one edge in four; the others are longer than any path.
            (*path0)[i][j] = i == j ? 0 : draw % 4 == 0 ? (int)(draw >> 8) % 1000 + 1 : 100000;
        }
    REPEAT(count, arguments) {
        RESTORE(path, path0);
        kernel(*path);
    }
    REPORT_INT("floyd-warshall", path);
    return 0;
}
