// A workload with the mix that EEMBC describes for CoreMark: a linked list that is searched,
// reversed and merge-sorted, small matrix operations on 16-bit numbers, a state machine that reads
// numbers in text, and a CRC-16 over every result. The code is ours; its figures are not CoreMark
// scores and may not be called so.
#include "runtime.h"

// ---- CRC-16, polynomial x^16 + x^15 + x^2 + 1, least significant bit first ----

static uint16_t crc_byte(uint16_t crc, uint8_t byte) {
    for (int bit = 0; bit < 8; bit++) {
        int odd = (crc ^ byte) & 1;
        crc >>= 1, byte >>= 1;
        if (odd) crc ^= 0xa001;
    }
    return crc;
}

static uint16_t crc_16(uint16_t crc, uint16_t value) {
    return crc_byte(crc_byte(crc, (uint8_t)value), (uint8_t)(value >> 8));
}

static uint16_t crc_32(uint16_t crc, uint32_t value) {
    return crc_16(crc_16(crc, (uint16_t)value), (uint16_t)(value >> 16));
}

// ---- Matrix: N by N, 16-bit inputs, 32-bit results ----

enum { N = 9 };

struct matrices {
    int16_t a[N * N], b[N * N];
    int32_t c[N * N];
};

static void matrix_fill(struct matrices *m, uint32_t seed) {
    uint64_t state = seed;
    for (int at = 0; at < N * N; at++) {
        m->a[at] = (int16_t)(random_next(&state) & 0xff);
        m->b[at] = (int16_t)(random_next(&state) & 0xff);
    }
}

static void matrix_add(struct matrices *m, int16_t value) {
    for (int at = 0; at < N * N; at++) m->a[at] = (int16_t)(m->a[at] + value);
}

static void matrix_scale(struct matrices *m, int16_t value) {
    for (int at = 0; at < N * N; at++) m->c[at] = m->a[at] * value;
}

static void matrix_times_vector(struct matrices *m) {
    for (int row = 0; row < N; row++) {
        m->c[row] = 0;
        for (int column = 0; column < N; column++) m->c[row] += m->a[row * N + column] * m->b[column];
    }
}

/// The product; `bits` chooses whole products, or two bit fields of each multiplied.
static void matrix_product(struct matrices *m, int bits) {
    for (int row = 0; row < N; row++)
        for (int column = 0; column < N; column++) {
            uint32_t sum = 0;
            for (int k = 0; k < N; k++) {
                int32_t term = m->a[row * N + k] * m->b[k * N + column];
                sum += bits ? (uint32_t)((term >> 2 & 15) * (term >> 5 & 127)) : (uint32_t)term;
            }
            m->c[row * N + column] = (int32_t)sum;
        }
}

/// Sums runs of `c`: a counter that grows by ten at each rise over `limit`, by one otherwise.
static int16_t matrix_sum(const struct matrices *m, int32_t limit) {
    int32_t running = 0, before = 0, result = 0;
    for (int at = 0; at < N * N; at++) {
        running += m->c[at];
        if (running > limit) {
            result += 10;
            running = 0;
        } else {
            result += m->c[at] > before;
        }
        before = m->c[at];
    }
    return (int16_t)result;
}

static uint16_t matrix_bench(struct matrices *m, int16_t value, uint16_t crc) {
    int32_t limit = 0xf000 | value;
    matrix_add(m, value);
    matrix_scale(m, value);
    crc = crc_16(crc, (uint16_t)matrix_sum(m, limit));
    matrix_times_vector(m);
    crc = crc_16(crc, (uint16_t)matrix_sum(m, limit));
    matrix_product(m, 0);
    crc = crc_16(crc, (uint16_t)matrix_sum(m, limit));
    matrix_product(m, 1);
    crc = crc_16(crc, (uint16_t)matrix_sum(m, limit));
    matrix_add(m, (int16_t)-value);
    return crc;
}

// ---- State machine: which kind of number is each comma-separated word? ----

enum state { START, SIGN, INTEGER, FRACTION, EXPONENT, EXPONENT_SIGN, SCIENTIFIC, INVALID, STATES };

enum { TEXT = 480 };

static int digit(uint8_t c) { return c >= '0' && c <= '9'; }

static enum state next_word(const uint8_t **text, uint32_t visits[STATES]) {
    enum state state = START;
    for (; **text; ++*text) {
        uint8_t c = **text;
        if (c == ',') {
            ++*text;
            break;
        }
        switch (state) {
        case START:
            if (digit(c)) state = INTEGER;
            else if (c == '+' || c == '-') state = SIGN;
            else if (c == '.') state = FRACTION;
            else state = INVALID;
            break;
        case SIGN: state = digit(c) ? INTEGER : c == '.' ? FRACTION : INVALID; break;
        case INTEGER:
            if (c == '.') state = FRACTION;
            else if (!digit(c)) state = INVALID;
            break;
        case FRACTION:
            if (c == 'e' || c == 'E') state = EXPONENT;
            else if (!digit(c)) state = INVALID;
            break;
        case EXPONENT: state = c == '+' || c == '-' ? EXPONENT_SIGN : INVALID; break;
        case EXPONENT_SIGN: state = digit(c) ? SCIENTIFIC : INVALID; break;
        case SCIENTIFIC: if (!digit(c)) state = INVALID; break;
        case INVALID: break;
        case STATES: __builtin_unreachable();
        }
        visits[state]++;
    }
    return state;
}

static void text_fill(uint8_t *text, uint32_t seed) {
    static const char *const words[] = {"5012", "1234", "-874", "+122", "35.54400", ".1234500",
                                        "-110.700", "+0.64400", "5.500e+3", "-.123e-2",
                                        "-87e+832", "+0.6e-12", "T0.3e-1F", "-T.T++Tq",
                                        "1T3.4e4z", "34.0e-T^"};
    uint64_t state = seed;
    size_t at = 0;
    for (;;) {
        const char *word = words[random_next(&state) % 16];
        size_t length = strlen(word);
        if (at + length + 2 > TEXT) break;
        memcpy(text + at, word, length);
        at += length;
        text[at++] = ',';
    }
    text[at] = 0;
}

static uint16_t state_bench(const uint8_t *clean, uint8_t mask, uint32_t stride, uint16_t crc) {
    uint8_t text[TEXT];
    uint32_t ends[STATES] = {0}, visits[STATES] = {0};
    memcpy(text, clean, TEXT);
    for (int pass = 0; pass < 2; pass++) {
        for (const uint8_t *at = text; *at;) ends[next_word(&at, visits)]++;
        // The second pass reads the text with damage in it.
        for (uint32_t at = 0; at < TEXT && text[at]; at += stride)
            if (text[at] != ',' && text[at] != mask) text[at] ^= mask;
    }
    for (int state = 0; state < STATES; state++) {
        crc = crc_32(crc, ends[state]);
        crc = crc_32(crc, visits[state]);
    }
    return crc;
}

// ---- List: searched, reversed, sorted by what the other two workloads compute ----

struct item {
    struct item *next;
    int16_t *data;   // [0]: the datum, with a cached result in its upper byte; [1]: the place.
};

enum { ITEMS = 64 };

struct bench {
    struct item items[ITEMS];
    int16_t data[ITEMS][2];
    struct matrices matrices;
    uint8_t text[TEXT];
    uint16_t crc;
};

static struct item *list_find(struct item *list, int16_t place, int16_t datum) {
    if (place >= 0)
        while (list && list->data[1] != place) list = list->next;
    else
        while (list && (list->data[0] & 0xff) != datum) list = list->next;
    return list;
}

static struct item *list_reverse(struct item *list) {
    struct item *reversed = NULL;
    while (list) {
        struct item *rest = list->next;
        list->next = reversed, reversed = list, list = rest;
    }
    return reversed;
}

/// One datum in eight stands for a computation of each of the other workloads, done once and
/// remembered in it; the others are plain numbers.
static int16_t evaluate(int16_t *datum, struct bench *bench) {
    if (*datum & 0x80) return *datum & 0x7f;
    int16_t variant = *datum >> 3 & 15;
    uint16_t result = (uint16_t)*datum;
    if ((*datum & 7) == 0) {
        result = state_bench(bench->text, (uint8_t)(variant | 0x10), (uint32_t)variant + 7,
                             bench->crc);
        bench->crc = crc_16(bench->crc, result);
    } else if ((*datum & 7) == 1) {
        result = matrix_bench(&bench->matrices, variant, bench->crc);
        bench->crc = crc_16(bench->crc, result);
    }
    *datum = (int16_t)((*datum & 0x7f00) | 0x80 | (result & 0x7f));
    return result & 0x7f;
}

typedef int32_t compare(struct item *, struct item *, struct bench *);

static int32_t by_value(struct item *left, struct item *right, struct bench *bench) {
    return evaluate(&left->data[0], bench) - evaluate(&right->data[0], bench);
}

static int32_t by_place(struct item *left, struct item *right, struct bench *bench) {
    (void)bench;
    return left->data[1] - right->data[1];
}

/// Merge sort from the bottom up: runs of one, two, four... until one run is left.
static struct item *list_sort(struct item *list, compare *order, struct bench *bench) {
    for (int run = 1;; run *= 2) {
        struct item *rest = list, *sorted = NULL, **tail = &sorted;
        int merges = 0;
        while (rest) {
            merges++;
            struct item *left = rest, *right = rest;
            int left_count = 0, right_count = run;
            while (left_count < run && right) left_count++, right = right->next;
            while (left_count > 0 || (right_count > 0 && right)) {
                int take_left = left_count > 0 && (right_count == 0 || right == NULL ||
                                                   order(left, right, bench) <= 0);
                struct item **source = take_left ? &left : &right;
                struct item *taken = *source;
                *source = taken->next;
                if (take_left) left_count--;
                else right_count--;
                *tail = taken, tail = &taken->next;
            }
            rest = right;
        }
        *tail = NULL;
        list = sorted;
        if (merges <= 1) return list;
    }
}

static struct item *list_make(struct bench *bench, uint64_t *state) {
    for (int at = 0; at < ITEMS; at++) {
        bench->data[at][0] = (int16_t)(random_next(state) & 0x7f7f);
        bench->data[at][1] = (int16_t)at;
        bench->items[at] = (struct item){at + 1 < ITEMS ? &bench->items[at + 1] : NULL,
                                         bench->data[at]};
    }
    return &bench->items[0];
}

static void iterate(struct bench *bench, uint64_t *state) {
    struct item *list = list_make(bench, state);
    uint16_t found = 0, missed = 0, sum = 0;
    for (int16_t search = 0; search < ITEMS * 2; search++) {
        struct item *item = list_find(list, search & 1 ? -1 : search, search & 0x7f);
        list = list_reverse(list);
        if (item == NULL) {
            missed++;
            continue;
        }
        found++;
        if (item->data[0] & 1) sum += (uint16_t)(item->data[0] >> 9 & 1);
        if (item->next) {  // The item after the found one moves to the front.
            struct item *moved = item->next;
            item->next = moved->next, moved->next = list;
            list = moved;
        }
    }
    bench->crc = crc_16(bench->crc, (uint16_t)(found * 4 - missed + sum));
    list = list_sort(list, by_value, bench);
    for (struct item *item = list; item; item = item->next)
        bench->crc = crc_16(bench->crc, (uint16_t)item->data[0]);
    list = list_sort(list, by_place, bench);
    for (struct item *item = list; item; item = item->next)
        bench->crc = crc_16(bench->crc, (uint16_t)item->data[1]);
}

int main(int count, char **arguments) {
    unsigned repeat = argument(count, arguments, 1, 1);
    struct bench *bench = allocate(sizeof *bench);
    uint64_t state = 0x66;
    matrix_fill(&bench->matrices, 1);
    text_fill(bench->text, 2);
    for (unsigned round = 0; round < repeat; round++)
        for (int iteration = 0; iteration < PICK(3, 30, 300, 3000); iteration++)
            iterate(bench, &state);
    print_text("coremark-like ");
    print_hex(bench->crc);
    print_text("\n");
    return 0;
}
