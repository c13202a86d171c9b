// OpenSSL 3 or newer: its functions, and functions in place of its macros and of its structures, which later versions hide.
#ifndef SOCKSERVED_COPENSSL_SHIM_H
#define SOCKSERVED_COPENSSL_SHIM_H

// Hides what is deprecated in 3.0, and may be missing in later versions.
#define OPENSSL_API_COMPAT 30000
#define OPENSSL_NO_DEPRECATED

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <time.h>

// A version that the distribution's policy asks for is not lowered; see SSL_CTX_set_min_proto_version(3).
static inline int copenssl_require_tls12(SSL_CTX *context) {
    long minimum = SSL_CTX_get_min_proto_version(context);
    return minimum >= TLS1_2_VERSION || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}

// Keeps no chain, which would last as long as the session; see SSL_CTX_set_cert_verify_callback(3).
static inline int copenssl_verify(X509_STORE_CTX *verification, void *unused) {
    (void)unused;
    int result = X509_verify_cert(verification);
    X509_STORE_CTX_set0_verified_chain(verification, NULL);
    return result > 0;
}

// Forgets the certificates that a client has sent beside its own, which only the verification needs: they would last as
// long as the session, and may have 100 KiB (SSL_CTX_set_max_cert_list(3)).
static inline void copenssl_forget_chain(SSL *session) {
    STACK_OF(X509) *chain = SSL_get_peer_cert_chain(session);
    while (chain && sk_X509_num(chain) > 0) X509_free(sk_X509_pop(chain));
}

// See SSL_CTX_set_options(3) and SSL_CTX_set_mode(3).
static inline void copenssl_set_server_options(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_max_early_data(context, 0);
    SSL_CTX_set_cert_verify_callback(context, copenssl_verify, NULL);
}

// A BIO over memory of the caller's, which asks for more at its end instead of ending; see BIO_s_mem(3).
static inline BIO *copenssl_new_input(const void *bytes, int count) {
    BIO *input = BIO_new_mem_buf(bytes ? bytes : "", count);
    if (input) BIO_set_mem_eof_return(input, -1);
    return input;
}

static inline long copenssl_output(BIO *output, char **bytes) {
    return BIO_get_mem_data(output, bytes);
}

static inline int copenssl_is_system_error(unsigned long code) {
    return ERR_SYSTEM_ERROR(code);
}

// The value of an alternative name; NULL where its kind is another one. See X509_get_ext_d2i(3).
static inline const unsigned char *copenssl_name(const GENERAL_NAMES *names, int index, int kind, int *length) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
    int type = -1;
    const ASN1_STRING *value = name ? GENERAL_NAME_get0_value(name, &type) : NULL;
    if (!value || type != kind) return NULL;
    *length = ASN1_STRING_length(value);
    return ASN1_STRING_get0_data(value);
}

static inline int copenssl_count(const GENERAL_NAMES *names) {
    return sk_GENERAL_NAME_num(names);
}

static inline GENERAL_NAMES *copenssl_alternative_names(const X509 *certificate) {
    return (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
}

// The common name in UTF-8, to be freed with copenssl_free; its length, or a negative number.
static inline int copenssl_common_name(const X509 *certificate, unsigned char **text) {
    const X509_NAME *subject = X509_get_subject_name(certificate);
    int index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (index < 0) return -1;
    return ASN1_STRING_to_UTF8(text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index)));
}

static inline void copenssl_free(void *memory) {
    OPENSSL_free(memory);
}

// The subject in the form of RFC 4514, with UTF-8 as it is; see X509_NAME_print_ex(3).
static inline int copenssl_print_subject(BIO *output, const X509 *certificate) {
    return X509_NAME_print_ex(output, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
}

#endif
