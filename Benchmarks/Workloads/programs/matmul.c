// Matrix product by its definition (row times column), 32-bit floats.
#include "runtime.h"

enum { N = PICK(32, 96, 256, 640) };
typedef float matrix[N][N];

static void multiply(matrix product, matrix left, matrix right) {
    for (int row = 0; row < N; row++)
        for (int column = 0; column < N; column++) {
            float sum = 0;
            for (int k = 0; k < N; k++) sum += left[row][k] * right[k][column];
            product[row][column] = sum;
        }
}

int main(int count, char **arguments) {
    unsigned repeat = argument(count, arguments, 1, 1);
    matrix *left = allocate(sizeof(matrix));
    matrix *right = allocate(sizeof(matrix));
    matrix *product = allocate(sizeof(matrix));
    uint64_t seed = 1;
    for (int row = 0; row < N; row++)
        for (int column = 0; column < N; column++) {
            (*left)[row][column] = (float)(random_next(&seed) % 1000) / 500 - 1;
            (*right)[row][column] = (float)(random_next(&seed) % 1000) / 500 - 1;
        }
    for (unsigned round = 0; round < repeat; round++) {
        multiply(*product, *left, *right);
        BARRIER(product);
    }
    uint64_t hash = hash_start();
    for (int row = 0; row < N; row++)
        for (int column = 0; column < N; column++) hash = hash_double(hash, (*product)[row][column]);
    print_text("matmul ");
    print_hex(hash);
    print_text("\n");
    return 0;
}
