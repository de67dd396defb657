// A JSON parser (RFC 8259): a document made from a seed is parsed into a tree, the tree is walked,
// printed back, and the printed text parsed again. Branches, bytes, pointers, some doubles.
#include "runtime.h"

enum {
    RECORDS = PICK(20, 200, 2000, 20000),
    TEXT_BYTES = RECORDS * 400 + 64,  // A record is below 400 bytes.
    NODES = RECORDS * 40 + 8,
    MAX_DEPTH = 64
};

enum kind { NOTHING, FALSE, TRUE, NUMBER, STRING, ARRAY, OBJECT };

struct node {
    enum kind kind;
    uint32_t key_length, text_length;
    const char *key;   // Inside the document's own decoded text; NULL in an array.
    const char *text;
    double number;
    struct node *first, *next;
};

// ---- Writing ----

struct writer {
    char *at;
};

static void put(struct writer *writer, const char *text) {
    while (*text) *writer->at++ = *text++;
}

static void put_number(struct writer *writer, int64_t value) {
    char digits[24];
    int count = 0;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do digits[count++] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (value < 0) *writer->at++ = '-';
    while (count > 0) *writer->at++ = digits[--count];
}

static void put_string(struct writer *writer, const char *text, size_t length) {
    *writer->at++ = '"';
    for (size_t at = 0; at < length; at++) {
        unsigned char byte = (unsigned char)text[at];
        if (byte == '"' || byte == '\\') {
            *writer->at++ = '\\', *writer->at++ = (char)byte;
        } else if (byte == '\n') {
            *writer->at++ = '\\', *writer->at++ = 'n';
        } else if (byte < 0x20) {
            put(writer, "\\u00");
            *writer->at++ = "01"[byte >> 4], *writer->at++ = "0123456789abcdef"[byte & 15];
        } else {
            *writer->at++ = (char)byte;
        }
    }
    *writer->at++ = '"';
}

static void make_record(struct writer *writer, uint64_t *seed, int64_t number) {
    static const char *const words[] = {"swift", "keep", "tower", "vault",
                                        "a \"quoted\" word", "line\nbreak", "back\\slash",
                                        "caf\xc3\xa9"};
    put(writer, "{ \"id\": ");
    put_number(writer, number);
    put(writer, ", \"name\": ");
    const char *word = words[random_next(seed) % 8];
    put_string(writer, word, strlen(word));
    put(writer, ",\n  \"unicode\": \"\\u00e9\\u20ac\\t\", \"active\": ");
    put(writer, random_next(seed) & 1 ? "true" : "false");
    put(writer, ", \"parent\": null, \"weights\": [");
    for (unsigned at = 0, count = random_next(seed) % 8; at < count; at++) {
        if (at > 0) put(writer, ", ");
        put_number(writer, (int64_t)(random_next(seed) % 20000) - 10000);
        put(writer, ".");
        put_number(writer, random_next(seed) % 1000 + 1000);
        if (random_next(seed) % 4 == 0) put(writer, "e-3");
    }
    put(writer, "], \"place\": {\"x\": ");
    put_number(writer, random_next(seed) % 1000);
    put(writer, ", \"y\": [[1], [2, [3, {}]]]}}");
}

// ---- Parsing ----

struct parser {
    const char *at, *end;
    struct node *nodes;
    uint32_t used;
    char *texts;  // Where decoded strings go.
    int failed;
};

static void skip_spaces(struct parser *parser) {
    while (parser->at < parser->end && (*parser->at == ' ' || *parser->at == '\n' ||
                                        *parser->at == '\t' || *parser->at == '\r'))
        parser->at++;
}

static int take(struct parser *parser, char wanted) {
    skip_spaces(parser);
    if (parser->at >= parser->end || *parser->at != wanted) return 0;
    parser->at++;
    return 1;
}

static int take_word(struct parser *parser, const char *word) {
    size_t length = strlen(word);
    if ((size_t)(parser->end - parser->at) < length || memcmp(parser->at, word, length) != 0)
        return 0;
    parser->at += length;
    return 1;
}

static uint32_t hex_digits(struct parser *parser) {
    uint32_t value = 0;
    for (int digit = 0; digit < 4; digit++) {
        char c = parser->at < parser->end ? *parser->at++ : 0;
        if (c >= '0' && c <= '9') value = value << 4 | (uint32_t)(c - '0');
        else if ((c | 32) >= 'a' && (c | 32) <= 'f') value = value << 4 | (uint32_t)((c | 32) - 'a' + 10);
        else parser->failed = 1;
    }
    return value;
}

static void put_utf8(struct parser *parser, uint32_t scalar) {
    if (scalar < 0x80) {
        *parser->texts++ = (char)scalar;
    } else if (scalar < 0x800) {
        *parser->texts++ = (char)(0xc0 | scalar >> 6);
        *parser->texts++ = (char)(0x80 | (scalar & 63));
    } else {
        *parser->texts++ = (char)(0xe0 | scalar >> 12);
        *parser->texts++ = (char)(0x80 | (scalar >> 6 & 63));
        *parser->texts++ = (char)(0x80 | (scalar & 63));
    }
}

static const char *parse_string(struct parser *parser, uint32_t *length) {
    const char *start = parser->texts;
    while (parser->at < parser->end && *parser->at != '"') {
        char c = *parser->at++;
        if (c != '\\') {
            *parser->texts++ = c;
            continue;
        }
        char escape = parser->at < parser->end ? *parser->at++ : 0;
        switch (escape) {
        case '"': case '\\': case '/': *parser->texts++ = escape; break;
        case 'b': *parser->texts++ = '\b'; break;
        case 'f': *parser->texts++ = '\f'; break;
        case 'n': *parser->texts++ = '\n'; break;
        case 'r': *parser->texts++ = '\r'; break;
        case 't': *parser->texts++ = '\t'; break;
        case 'u': put_utf8(parser, hex_digits(parser)); break;
        default: parser->failed = 1;
        }
    }
    if (parser->at >= parser->end) parser->failed = 1;
    else parser->at++;
    *length = (uint32_t)(parser->texts - start);
    return start;
}

static int is_digit(struct parser *parser) {
    return parser->at < parser->end && *parser->at >= '0' && *parser->at <= '9';
}

static double parse_number(struct parser *parser) {
    int negative = take_word(parser, "-"), exponent = 0;
    double value = 0;
    if (!is_digit(parser)) parser->failed = 1;
    while (is_digit(parser)) value = value * 10 + (*parser->at++ - '0');
    if (take_word(parser, "."))
        for (; is_digit(parser); exponent--) value = value * 10 + (*parser->at++ - '0');
    if (take_word(parser, "e") || take_word(parser, "E")) {
        int below = take_word(parser, "-"), written = 0;
        if (!below) take_word(parser, "+");
        while (is_digit(parser) && written < 1000) written = written * 10 + (*parser->at++ - '0');
        exponent += below ? -written : written;
    }
    for (; exponent < 0; exponent++) value /= 10;
    for (; exponent > 0; exponent--) value *= 10;
    return negative ? -value : value;
}

static struct node *parse_value(struct parser *parser, int depth) {
    skip_spaces(parser);
    if (parser->failed || parser->at >= parser->end || depth > MAX_DEPTH || parser->used >= NODES) {
        parser->failed = 1;
        return NULL;
    }
    struct node *node = &parser->nodes[parser->used++];
    *node = (struct node){0};
    switch (*parser->at) {
    case 'n': if (!take_word(parser, "null")) parser->failed = 1; break;
    case 'f': node->kind = FALSE; if (!take_word(parser, "false")) parser->failed = 1; break;
    case 't': node->kind = TRUE; if (!take_word(parser, "true")) parser->failed = 1; break;
    case '"':
        parser->at++;
        node->kind = STRING;
        node->text = parse_string(parser, &node->text_length);
        break;
    case '[': case '{': {
        int object = *parser->at++ == '{';
        node->kind = object ? OBJECT : ARRAY;
        struct node **link = &node->first;
        if (take(parser, object ? '}' : ']')) break;
        do {
            uint32_t length = 0;
            const char *key = NULL;
            if (object) {
                if (!take(parser, '"')) parser->failed = 1;
                else key = parse_string(parser, &length);
                if (!take(parser, ':')) parser->failed = 1;
            }
            struct node *child = parse_value(parser, depth + 1);
            if (child == NULL) return NULL;
            child->key = key, child->key_length = length;
            *link = child, link = &child->next;
        } while (take(parser, ','));
        if (!take(parser, object ? '}' : ']')) parser->failed = 1;
        break;
    }
    default: node->kind = NUMBER; node->number = parse_number(parser);
    }
    return parser->failed ? NULL : node;
}

// ---- Walking ----

static uint64_t hash_text(uint64_t hash, const char *text, uint32_t length) {
    for (uint32_t at = 0; at < length; at++) hash = hash_word(hash, (unsigned char)text[at]);
    return hash_word(hash, length);
}

static uint64_t hash_tree(uint64_t hash, const struct node *node) {
    hash = hash_word(hash, node->kind);
    if (node->key) hash = hash_text(hash, node->key, node->key_length);
    if (node->kind == STRING) hash = hash_text(hash, node->text, node->text_length);
    if (node->kind == NUMBER) hash = hash_double(hash, node->number);
    for (const struct node *child = node->first; child; child = child->next)
        hash = hash_tree(hash, child);
    return hash;
}

static void print_tree(struct writer *writer, const struct node *node) {
    if (node->key) {
        put_string(writer, node->key, node->key_length);
        *writer->at++ = ':';
    }
    switch (node->kind) {
    case NOTHING: put(writer, "null"); break;
    case FALSE: put(writer, "false"); break;
    case TRUE: put(writer, "true"); break;
    case NUMBER: put_number(writer, (int64_t)(node->number * 1000)); put(writer, "e-3"); break;
    case STRING: put_string(writer, node->text, node->text_length); break;
    case ARRAY: case OBJECT:
        *writer->at++ = node->kind == OBJECT ? '{' : '[';
        for (const struct node *child = node->first; child; child = child->next) {
            print_tree(writer, child);
            if (child->next) *writer->at++ = ',';
        }
        *writer->at++ = node->kind == OBJECT ? '}' : ']';
    }
}

int main(int count, char **arguments) {
    unsigned repeat = argument(count, arguments, 1, 1);
    char *document = allocate(TEXT_BYTES), *printed = allocate(TEXT_BYTES);
    char *texts = allocate(TEXT_BYTES);
    struct node *nodes = allocate(NODES * sizeof *nodes);
    uint64_t seed = 1, hash = hash_start();
    struct writer writer = {document};
    put(&writer, "[");
    for (int record = 0; record < RECORDS; record++) {
        if (record > 0) put(&writer, ",\n");
        make_record(&writer, &seed, record);
    }
    put(&writer, "]\n");
    size_t length = (size_t)(writer.at - document), printed_length = 0;
    for (unsigned round = 0; round < repeat; round++) {
        struct parser parser = {document, document + length, nodes, 0, texts, 0};
        struct node *tree = parse_value(&parser, 0);
        if (tree == NULL) return 1;
        hash = hash_tree(hash, tree);
        struct writer copy = {printed};
        print_tree(&copy, tree);
        printed_length = (size_t)(copy.at - printed);
        parser = (struct parser){printed, copy.at, nodes, 0, texts, 0};
        tree = parse_value(&parser, 0);
        if (tree == NULL) return 2;
        hash = hash_tree(hash, tree);
    }
    print_text("json ");
    print_unsigned(length);
    print_text(" ");
    print_unsigned(printed_length);
    print_text(" ");
    print_hex(hash);
    print_text("\n");
    return 0;
}
