#include "shim.h"

#include <dlfcn.h>
#include <stdint.h>

// The library of the headers that this is compiled with.
#define TEXT(number) #number
#define LIBRARY_OF(version) "libssl.so." TEXT(version)
#define LIBRARY LIBRARY_OF(OPENSSL_SHLIB_VERSION)

struct copenssl_functions openssl;

const char *copenssl_load(void) {
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!library) return dlerror();
    // It finds those of libcrypto, too, which libssl needs.
#define LOAD(name) \
    openssl.name = (__typeof__(openssl.name))dlsym(library, #name); \
    if (!openssl.name) return dlerror();
    COPENSSL_FUNCTIONS(LOAD)
#undef LOAD
    return NULL;
}

// What the program loads itself, for those who make packages: https://systemd.io/ELF_DLOPEN_METADATA/
#define NOTE \
    "[{\"feature\":\"tls\",\"description\":\"Listeners with TLS\"," \
    "\"priority\":\"recommended\",\"soname\":[\"" LIBRARY "\"]}]"

__attribute__((section(".note.dlopen"), used, retain)) static const struct {
    uint32_t vendor_size, text_size, type;
    char vendor[4];
    _Alignas(uint32_t) char text[sizeof(NOTE)];
} note = {sizeof("FDO"), sizeof(NOTE), 0x407c0c0a, "FDO", NOTE};

// OpenSSL's macros call these.
#define BIO_ctrl openssl.BIO_ctrl
#define OPENSSL_sk_num openssl.OPENSSL_sk_num
#define OPENSSL_sk_pop openssl.OPENSSL_sk_pop
#define OPENSSL_sk_value openssl.OPENSSL_sk_value
#define SSL_CTX_ctrl openssl.SSL_CTX_ctrl

int copenssl_require_tls12(SSL_CTX *context) {
    long minimum = SSL_CTX_get_min_proto_version(context);
    return minimum >= TLS1_2_VERSION || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}

// Keeps no chain, which would last as long as the session; see SSL_CTX_set_cert_verify_callback(3).
static int verify(X509_STORE_CTX *verification, void *unused) {
    (void)unused;
    int result = openssl.X509_verify_cert(verification);
    openssl.X509_STORE_CTX_set0_verified_chain(verification, NULL);
    return result > 0;
}

void copenssl_set_server_options(SSL_CTX *context) {
    openssl.SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    openssl.SSL_CTX_set_num_tickets(context, 0);
    openssl.SSL_CTX_set_max_early_data(context, 0);
    openssl.SSL_CTX_set_cert_verify_callback(context, verify, NULL);
}

void copenssl_forget_chain(SSL *session) {
    STACK_OF(X509) *chain = openssl.SSL_get_peer_cert_chain(session);
    while (chain && sk_X509_num(chain) > 0) openssl.X509_free(sk_X509_pop(chain));
}

BIO *copenssl_new_input(const void *bytes, int count) {
    BIO *input = openssl.BIO_new_mem_buf(bytes ? bytes : "", count);
    if (input) BIO_set_mem_eof_return(input, -1);
    return input;
}

long copenssl_output(BIO *output, char **bytes) {
    return BIO_get_mem_data(output, bytes);
}

int copenssl_is_system_error(unsigned long code) {
    return ERR_SYSTEM_ERROR(code);
}

const unsigned char *copenssl_name(const GENERAL_NAMES *names, int index, int kind, int *length) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
    int type = -1;
    const ASN1_STRING *value = name ? openssl.GENERAL_NAME_get0_value(name, &type) : NULL;
    if (!value || type != kind) return NULL;
    *length = openssl.ASN1_STRING_length(value);
    return openssl.ASN1_STRING_get0_data(value);
}

int copenssl_count(const GENERAL_NAMES *names) {
    return sk_GENERAL_NAME_num(names);
}

GENERAL_NAMES *copenssl_alternative_names(const X509 *certificate) {
    return (GENERAL_NAMES *)openssl.X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
}

int copenssl_common_name(const X509 *certificate, unsigned char **text) {
    const X509_NAME *subject = openssl.X509_get_subject_name(certificate);
    int index = openssl.X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (index < 0) return -1;
    const X509_NAME_ENTRY *entry = openssl.X509_NAME_get_entry(subject, index);
    return openssl.ASN1_STRING_to_UTF8(text, openssl.X509_NAME_ENTRY_get_data(entry));
}

void copenssl_free(void *memory) {
    openssl.CRYPTO_free(memory, "", 0);
}

int copenssl_print_subject(BIO *output, const X509 *certificate) {
    const X509_NAME *subject = openssl.X509_get_subject_name(certificate);
    return openssl.X509_NAME_print_ex(output, subject, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
}
