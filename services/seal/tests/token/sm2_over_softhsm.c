/*
 * A PKCS #11 library that is SoftHSM with a vendor's mechanisms for SM2, as hardware tokens have them and SoftHSM has not. All but C_SignInit
 * and C_Sign goes to SoftHSM; these two take, besides its own mechanisms, 0x80000A01 (signs a digest, gives r || s) and 0x80000A02 (signs a
 * message, gives DER), made by OpenSSL with the key that SoftHSM keeps. For tests: a real token's key could not be read by its library's caller.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <dlfcn.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <string.h>

typedef unsigned long word;
struct functions { unsigned char version[2]; void *at[68]; };
struct mechanism { word type; void *parameter; word length; };
struct attribute { word type; void *value; word length; };
typedef word (*get_list)(struct functions **);
typedef word (*sign_init)(word, struct mechanism *, word);
typedef word (*sign)(word, unsigned char *, word, unsigned char *, word *);
typedef word (*get_attributes)(word, word, struct attribute *, word);

enum { GET_FUNCTION_LIST = 3, GET_ATTRIBUTE_VALUE = 24, SIGN_INIT = 42, SIGN = 43 };
enum { OK = 0, FUNCTION_FAILED = 6, VALUE = 0x11 };
enum { NONE, DIGEST, MESSAGE };

static struct functions *softhsm, ours;
static int mode = NONE;
static word key;

static EVP_PKEY *private_key(word session) {
    unsigned char bytes[32];
    struct attribute value = { VALUE, bytes, sizeof bytes };
    if (((get_attributes)softhsm->at[GET_ATTRIBUTE_VALUE])(session, key, &value, 1) != OK || value.length != 32) return NULL;
    EC_KEY *ec = EC_KEY_new_by_curve_name(NID_sm2);
    BIGNUM *secret = BN_bin2bn(bytes, sizeof bytes, NULL);
    EC_POINT *point = EC_POINT_new(EC_KEY_get0_group(ec));
    EC_POINT_mul(EC_KEY_get0_group(ec), point, secret, NULL, NULL, NULL);
    EC_KEY_set_private_key(ec, secret);
    EC_KEY_set_public_key(ec, point);
    EVP_PKEY *made = EVP_PKEY_new();
    EVP_PKEY_assign_EC_KEY(made, ec);
    BN_free(secret);
    EC_POINT_free(point);
    return made;
}

static word vendor_sign_init(word session, struct mechanism *mechanism, word object) {
    if (mechanism->type != 0x80000A01ul && mechanism->type != 0x80000A02ul)
        return ((sign_init)softhsm->at[SIGN_INIT])(session, mechanism, object);
    mode = mechanism->type == 0x80000A01ul ? DIGEST : MESSAGE;
    key = object;
    return OK;
}

static word vendor_sign(word session, unsigned char *data, word length, unsigned char *out, word *out_length) {
    if (mode == NONE) return ((sign)softhsm->at[SIGN])(session, data, length, out, out_length);
    if (!out) return *out_length = 72, OK;
    EVP_PKEY *secret = private_key(session);
    if (!secret) return mode = NONE, FUNCTION_FAILED;
    unsigned char der[80];
    size_t size = sizeof der;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(secret, NULL);
    int made;
    if (mode == DIGEST) {
        made = EVP_PKEY_sign_init(context) > 0 && EVP_PKEY_sign(context, der, &size, data, length) > 0;
    } else {
        EVP_MD_CTX *hashing = EVP_MD_CTX_new();
        EVP_PKEY_CTX_set1_id(context, "1234567812345678", 16);
        EVP_MD_CTX_set_pkey_ctx(hashing, context);
        made = EVP_DigestSignInit(hashing, NULL, EVP_sm3(), NULL, secret) > 0 && EVP_DigestSign(hashing, der, &size, data, length) > 0;
        EVP_MD_CTX_free(hashing);
    }
    if (made && mode == DIGEST) {
        const unsigned char *from = der;
        ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &from, (long)size);
        BN_bn2binpad(ECDSA_SIG_get0_r(signature), out, 32);
        BN_bn2binpad(ECDSA_SIG_get0_s(signature), out + 32, 32);
        ECDSA_SIG_free(signature);
        *out_length = 64;
    } else if (made) {
        memcpy(out, der, size);
        *out_length = size;
    }
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(secret);
    mode = NONE;
    return made ? OK : FUNCTION_FAILED;
}

word C_GetFunctionList(struct functions **list) {
    void *library = dlopen(SOFTHSM, RTLD_NOW);
    if (!library || ((get_list)dlsym(library, "C_GetFunctionList"))(&softhsm) != OK) return FUNCTION_FAILED;
    ours = *softhsm;
    ours.at[GET_FUNCTION_LIST] = (void *)C_GetFunctionList;
    ours.at[SIGN_INIT] = (void *)vendor_sign_init;
    ours.at[SIGN] = (void *)vendor_sign;
    *list = &ours;
    return OK;
}
