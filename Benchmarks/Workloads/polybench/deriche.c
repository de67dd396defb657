// deriche: Deriche's recursive smoothing filter on an image of W by H single-precision floats: a
// causal and an anticausal pass along one axis, their sum, then the same along the other.
#include "kernel.h"

enum { W = PICK(64, 192, 720, 4096), H = PICK(64, 128, 480, 2160) };

static void kernel(float alpha, float in[W][H], float out[W][H], float y1[W][H], float y2[W][H]) {
    const float once = (float)exponential(-alpha), twice = (float)exponential(-2 * alpha);
    const float k = (1 - once) * (1 - once) /
                    (1 + 2 * alpha * once - (float)exponential(2 * alpha));
    const float a1 = k, a2 = k * once * (alpha - 1), a3 = k * once * (alpha + 1), a4 = -k * twice;
    const float b1 = (float)exponential(-alpha * 0.69314718055994530942), b2 = -twice;

    for (int i = 0; i < W; i++) {
        float before = 0, beforeThat = 0, input = 0;
        for (int j = 0; j < H; j++) {
            y1[i][j] = a1 * in[i][j] + a2 * input + b1 * before + b2 * beforeThat;
            input = in[i][j], beforeThat = before, before = y1[i][j];
        }
    }
    for (int i = 0; i < W; i++) {
        float after = 0, afterThat = 0, input = 0, inputThat = 0;
        for (int j = H - 1; j >= 0; j--) {
            y2[i][j] = a3 * input + a4 * inputThat + b1 * after + b2 * afterThat;
            inputThat = input, input = in[i][j], afterThat = after, after = y2[i][j];
        }
    }
    for (int i = 0; i < W; i++)
        for (int j = 0; j < H; j++) out[i][j] = y1[i][j] + y2[i][j];
    for (int j = 0; j < H; j++) {
        float before = 0, beforeThat = 0, input = 0;
        for (int i = 0; i < W; i++) {
            y1[i][j] = a1 * out[i][j] + a2 * input + b1 * before + b2 * beforeThat;
            input = out[i][j], beforeThat = before, before = y1[i][j];
        }
    }
    for (int j = 0; j < H; j++) {
        float after = 0, afterThat = 0, input = 0, inputThat = 0;
        for (int i = W - 1; i >= 0; i--) {
            y2[i][j] = a3 * input + a4 * inputThat + b1 * after + b2 * afterThat;
            inputThat = input, input = out[i][j], afterThat = after, after = y2[i][j];
        }
    }
    for (int i = 0; i < W; i++)
        for (int j = 0; j < H; j++) out[i][j] = y1[i][j] + y2[i][j];
}

int main(int count, char **arguments) {
    NEW(float, in, [W][H]);
    NEW(float, out, [W][H]);
    NEW(float, y1, [W][H]);
    NEW(float, y2, [W][H]);
    uint64_t seed = 1;
    for (int i = 0; i < W; i++)
        for (int j = 0; j < H; j++) (*in)[i][j] = (float)(random_next(&seed) & 0xffff) / 65536;
    REPEAT(count, arguments) kernel(0.25f, *in, *out, *y1, *y2);
    NEW(double, wide, [W]);  // One sum for each row: the report takes doubles.
    for (int i = 0; i < W; i++)
        for (int j = 0; j < H; j++) (*wide)[i] += (*out)[i][j];
    REPORT("deriche", wide);
    return 0;
}
