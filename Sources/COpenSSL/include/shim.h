// OpenSSL 3 or newer, loaded by dlopen(3) when a listener with TLS needs it: others have no memory for it to pay.
//
// Swift calls a function as openssl.SSL_new(...). Below are functions in place of macros and of structures, which later
// versions hide.
#ifndef SOCKSERVED_COPENSSL_SHIM_H
#define SOCKSERVED_COPENSSL_SHIM_H

// Hides what is deprecated in 3.0, and may be missing in later versions.
#define OPENSSL_API_COMPAT 30000
#define OPENSSL_NO_DEPRECATED

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <time.h>

// All functions that are called; their types are those of OpenSSL's headers.
#define COPENSSL_FUNCTIONS(F) \
    F(ASN1_STRING_get0_data) F(ASN1_STRING_length) F(ASN1_STRING_to_UTF8) F(ASN1_TIME_to_tm) F(BIO_ctrl) \
    F(BIO_ctrl_pending) F(BIO_free) F(BIO_new) F(BIO_new_mem_buf) F(BIO_s_mem) F(CRYPTO_free) F(ERR_clear_error) \
    F(ERR_peek_error) F(ERR_reason_error_string) F(EVP_PKEY_new_raw_public_key) F(EVP_sha256) F(GENERAL_NAMES_free) \
    F(GENERAL_NAME_get0_value) F(OPENSSL_sk_num) F(OPENSSL_sk_pop) F(OPENSSL_sk_value) F(SSL_CTX_check_private_key) \
    F(SSL_CTX_ctrl) F(SSL_CTX_free) F(SSL_CTX_get0_certificate) F(SSL_CTX_load_verify_file) F(SSL_CTX_new) \
    F(SSL_CTX_set_cert_verify_callback) F(SSL_CTX_set_client_CA_list) F(SSL_CTX_set_default_passwd_cb) \
    F(SSL_CTX_set_max_early_data) F(SSL_CTX_set_num_tickets) F(SSL_CTX_set_options) F(SSL_CTX_set_verify) \
    F(SSL_CTX_use_PrivateKey_file) F(SSL_CTX_use_certificate_chain_file) F(SSL_alert_desc_string_long) \
    F(SSL_do_handshake) F(SSL_free) F(SSL_get0_peer_certificate) F(SSL_get_error) F(SSL_get_peer_cert_chain) \
    F(SSL_get_shutdown) F(SSL_get_verify_mode) F(SSL_get_verify_result) F(SSL_get_version) F(SSL_get_wbio) \
    F(SSL_load_client_CA_file) F(SSL_new) F(SSL_pending) F(SSL_read_ex) F(SSL_set0_rbio) F(SSL_set0_wbio) \
    F(SSL_set_accept_state) F(SSL_shutdown) F(SSL_write_ex) F(TLS_server_method) F(X509_NAME_ENTRY_get_data) \
    F(X509_NAME_get_entry) F(X509_NAME_get_index_by_NID) F(X509_NAME_print_ex) F(X509_STORE_CTX_set0_verified_chain) \
    F(X509_digest) F(X509_free) F(X509_get0_notAfter) F(X509_get0_notBefore) F(X509_get_ext_d2i) \
    F(X509_get_subject_name) F(X509_set_pubkey) F(X509_verify_cert) F(X509_verify_cert_error_string)

struct copenssl_functions {
#define COPENSSL_MEMBER(name) __typeof__(name) *_Nonnull name;
    COPENSSL_FUNCTIONS(COPENSSL_MEMBER)
#undef COPENSSL_MEMBER
};

// To be called after copenssl_load. Unsafe for Swift: threads share it, and it does not change after that.
extern struct copenssl_functions openssl __attribute__((swift_attr("nonisolated(unsafe)")));

// Loads the library and its functions; to be called once. NULL, or dlerror's text.
const char *_Nullable copenssl_load(void);

// A version that the distribution's policy asks for is not lowered; see SSL_CTX_set_min_proto_version(3).
int copenssl_require_tls12(SSL_CTX *_Nonnull context);

// See SSL_CTX_set_options(3) and SSL_CTX_set_mode(3).
void copenssl_set_server_options(SSL_CTX *_Nonnull context);

// Forgets the certificates that a client has sent beside its own, which only the verification needs: they would last as
// long as the session, and may have 100 KiB (SSL_CTX_set_max_cert_list(3)).
void copenssl_forget_chain(SSL *_Nonnull session);

// A BIO over memory of the caller's, which asks for more at its end instead of ending; see BIO_s_mem(3).
BIO *_Nullable copenssl_new_input(const void *_Nullable bytes, int count);

long copenssl_output(BIO *_Nullable output, char *_Nullable *_Nonnull bytes);

int copenssl_is_system_error(unsigned long code);

// The value of an alternative name; NULL where its kind is another one. See X509_get_ext_d2i(3).
const unsigned char *_Nullable copenssl_name(
    const GENERAL_NAMES *_Nonnull names, int index, int kind, int *_Nonnull length
);

int copenssl_count(const GENERAL_NAMES *_Nonnull names);

GENERAL_NAMES *_Nullable copenssl_alternative_names(const X509 *_Nonnull certificate);

// The common name in UTF-8, to be freed with copenssl_free; its length, or a negative number.
int copenssl_common_name(const X509 *_Nonnull certificate, unsigned char *_Nullable *_Nonnull text);

void copenssl_free(void *_Nullable memory);

// The subject in the form of RFC 4514, with UTF-8 as it is; see X509_NAME_print_ex(3).
int copenssl_print_subject(BIO *_Nonnull output, const X509 *_Nonnull certificate);

#endif
