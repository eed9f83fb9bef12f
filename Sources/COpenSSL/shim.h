// OpenSSL 3. The functions below stand for macros, which Swift does not import.
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <time.h>

// What every context of the edge has: no compression, no renegotiation, no session ids looked up in a cache.
static inline void pando_set_options(SSL_CTX *context) {
    SSL_CTX_set_options(
        context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA
    );
    SSL_CTX_set_mode(
        context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS
    );
    SSL_CTX_set_read_ahead(context, 1);
}

static inline int pando_set_versions(SSL_CTX *context, int lowest, int highest) {
    return SSL_CTX_set_min_proto_version(context, lowest) && SSL_CTX_set_max_proto_version(context, highest);
}

static inline int pando_set_groups(SSL_CTX *context, const char *groups) {
    return (int)SSL_CTX_set1_groups_list(context, groups);
}

static inline void pando_set_session_cache(SSL_CTX *context, long mode) {
    SSL_CTX_set_session_cache_mode(context, mode);
}

// Neither tickets that hold a session nor, in TLS 1.3, ones that name a session in a cache.
static inline void pando_forbid_tickets(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(context, 0);
}

static inline void pando_set_server_name_callback(SSL_CTX *context, int (*callback)(SSL *, int *, void *), void *argument) {
    SSL_CTX_set_tlsext_servername_callback(context, callback);
    SSL_CTX_set_tlsext_servername_arg(context, argument);
}

static inline void pando_set_status_callback(SSL_CTX *context, int (*callback)(SSL *, void *), void *argument) {
    SSL_CTX_set_tlsext_status_cb(context, callback);
    SSL_CTX_set_tlsext_status_arg(context, argument);
}

// Staples a copy of a response, which OpenSSL frees.
static inline int pando_staple(SSL *session, const unsigned char *response, size_t count) {
    unsigned char *copy = OPENSSL_memdup(response, count);
    if (copy == NULL) return 0;
    SSL_set_tlsext_status_ocsp_resp(session, copy, (long)count);
    return 1;
}

static inline int pando_set_server_name(SSL *session, const char *name) {
    return (int)SSL_set_tlsext_host_name(session, name);
}

static inline int pando_add_chain_certificate(SSL_CTX *context, X509 *certificate) {
    return (int)SSL_CTX_add1_chain_cert(context, certificate);
}

// The key of the MAC over a session ticket.
static inline int pando_set_ticket_mac(EVP_MAC_CTX *mac, unsigned char *key, size_t count) {
    OSSL_PARAM parameters[3] = {
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key, count),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_end(),
    };
    return EVP_MAC_CTX_set_params(mac, parameters);
}

// The names that a certificate is for (subjectAltName); NULL where it has none. GENERAL_NAMES_free frees them.
static inline GENERAL_NAMES *pando_names(const X509 *certificate) {
    return (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
}

static inline int pando_names_count(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }

// The bytes of a DNS name; NULL for a name of another kind.
static inline const unsigned char *pando_dns_name(const GENERAL_NAMES *names, int index, int *count) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
    if (name->type != GEN_DNS) return NULL;
    *count = ASN1_STRING_length(name->d.dNSName);
    return ASN1_STRING_get0_data(name->d.dNSName);
}

// Seconds since 1970 of a time in a certificate; 0 where it cannot be read.
static inline long long pando_seconds(const ASN1_TIME *when) {
    struct tm parts;
    return when != NULL && ASN1_TIME_to_tm(when, &parts) ? (long long)timegm(&parts) : 0;
}

// Writes a distinguished name in the form of RFC 2253, with what is not ASCII escaped.
static inline int pando_print_name(BIO *output, const X509_NAME *name) {
    return X509_NAME_print_ex(output, name, 0, XN_FLAG_RFC2253);
}

static inline OCSP_RESPONSE *pando_read_status(BIO *input) { return d2i_OCSP_RESPONSE_bio(input, NULL); }

// The part of a response that is about a certificate; NULL where there is none. Without the issuer: the first part.
static inline OCSP_SINGLERESP *pando_find_status(OCSP_BASICRESP *response, const X509 *certificate, const X509 *issuer) {
    for (int index = 0; index < OCSP_resp_count(response); index++) {
        OCSP_SINGLERESP *single = OCSP_resp_get0(response, index);
        if (issuer == NULL) return single;
        OCSP_CERTID *about = (OCSP_CERTID *)OCSP_SINGLERESP_get0_id(single);
        ASN1_OBJECT *digest = NULL;
        if (!OCSP_id_get0_info(NULL, &digest, NULL, NULL, about)) continue;
        OCSP_CERTID *own = OCSP_cert_to_id(EVP_get_digestbyobj(digest), certificate, issuer);
        int difference = own == NULL || OCSP_id_cmp(about, own);
        OCSP_CERTID_free(own);
        if (!difference) return single;
    }
    return NULL;
}
