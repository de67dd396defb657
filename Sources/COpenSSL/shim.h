// OpenSSL 3 as Swift sees it: the headers that `Cryptography` and `AttestedTLS` wrap, getrandom(2), and
// functions for what the library spells as macros.
#ifndef MARTLET_COPENSSL_H
#define MARTLET_COPENSSL_H

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/obj_mac.h>
#include <openssl/params.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <openssl/x509_vfy.h>
#include <sys/random.h>

/// TLS 1.3 and nothing else; no tickets, session cache, renegotiation or early data; writes may be cut
/// short and tried again from another place in memory. Reading goes on after messages that carry no data
/// (SSL_MODE_AUTO_RETRY, the default): data behind them may be inside already, where poll does not see it.
/// Returns 1 when all of it was accepted.
static inline int martlet_tls13_only(SSL_CTX *_Nonnull context) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(
        context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION)
        && SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION)
        && SSL_CTX_set_num_tickets(context, 0) && SSL_CTX_set_max_early_data(context, 0);
}

/// Most bytes of a peer's certificate chain.
static inline void martlet_set_chain_limit(SSL_CTX *_Nonnull context, long bytes) {
    SSL_CTX_set_max_cert_list(context, bytes);
}

/// Key exchange groups, as a list of names.
static inline int martlet_set_groups(SSL_CTX *_Nonnull context, const char *_Nonnull names) {
    return (int)SSL_CTX_set1_groups_list(context, names);
}

/// Adds an intermediate certificate to be sent after the own one; takes its own reference.
static inline int martlet_add_chain(SSL_CTX *_Nonnull context, X509 *_Nonnull certificate) {
    return (int)SSL_CTX_add1_chain_cert(context, certificate);
}

/// Reads as much as the socket has, instead of each record's header first.
static inline void martlet_read_ahead(SSL_CTX *_Nonnull context, size_t bytes) {
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, bytes);
}

/// The name of the server that a client asks for.
static inline int martlet_set_server_name(SSL *_Nonnull ssl, const char *_Nonnull name) {
    return (int)SSL_set_tlsext_host_name(ssl, name);
}

#endif
