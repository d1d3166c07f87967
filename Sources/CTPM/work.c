// What every piece of work with a TPM begins and ends with.
#include "tss.h"
#ifdef CTPM_HAS_TSS
#include <string.h>

// The storage key of TCG's TPM v2.0 Provisioning Guidance, 7.5.1 (ECC NIST P-256, template L-2): the same key from the
// same seed, whenever and by whomever it is made.
static const TPM2B_PUBLIC storage_key = {
    .publicArea = {
        .type = TPM2_ALG_ECC,
        .nameAlg = TPM2_ALG_SHA256,
        .objectAttributes = TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT | TPMA_OBJECT_SENSITIVEDATAORIGIN |
                            TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_NODA | TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_DECRYPT,
        .parameters.eccDetail = {
            .symmetric = {.algorithm = TPM2_ALG_AES, .keyBits.aes = 128, .mode.aes = TPM2_ALG_CFB},
            .scheme.scheme = TPM2_ALG_NULL,
            .curveID = TPM2_ECC_NIST_P256,
            .kdf.scheme = TPM2_ALG_NULL,
        },
        .unique.ecc = {.x.size = 32, .y.size = 32},
    }};

const TPM2B_DATA ctpm_no_outside_info;
const TPML_PCR_SELECTION ctpm_no_registers;

int ctpm_begin(struct work *work, const char *tcti, ctpm_answer *answer) {
  *work = (struct work){.primary = ESYS_TR_NONE, .session = ESYS_TR_NONE, .object = ESYS_TR_NONE, .answer = answer};
  work->tss = ctpm_tss(answer->detail, sizeof answer->detail);
  if (!work->tss) return ctpm_end(work, CTPM_NO_LIBRARY);
  if (ctpm_failed(work, "Tss2_TctiLdr_Initialize", work->tss->Tss2_TctiLdr_Initialize(tcti, &work->tcti)))
    return ctpm_end(work, CTPM_NO_TPM);
  return !ctpm_failed(work, "Esys_Initialize", work->tss->Esys_Initialize(&work->esys, work->tcti, NULL));
}

static void flush(struct work *work, ESYS_TR *handle) {
  if (*handle != ESYS_TR_NONE) work->tss->Esys_FlushContext(work->esys, *handle);
  *handle = ESYS_TR_NONE;
}

void ctpm_finish(struct work *work) {
  if (work->esys) {
    flush(work, &work->object);
    flush(work, &work->session);
    flush(work, &work->primary);
    work->tss->Esys_Finalize(&work->esys);
  }
  if (work->tcti) work->tss->Tss2_TctiLdr_Finalize(&work->tcti);
}

int ctpm_make_primary(struct work *work, ESYS_TR hierarchy, TPM2B_NAME *name) {
  static const TPM2B_SENSITIVE_CREATE nothing;
  TPM2B_NAME *found = NULL;
  TSS2_RC code = work->tss->Esys_CreatePrimary(work->esys, hierarchy, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
                                               &nothing, &storage_key, &ctpm_no_outside_info, &ctpm_no_registers, &work->primary,
                                               NULL, NULL, NULL, NULL);
  if (ctpm_failed(work, "TPM2_CreatePrimary", code)) {
    if (work->answer->outcome == CTPM_WRONG_PIN) work->answer->outcome = CTPM_OWNED;
    return 0;
  }
  if (ctpm_failed(work, "Esys_TR_GetName", work->tss->Esys_TR_GetName(work->esys, work->primary, &found))) return 0;
  *name = *found;
  work->tss->Esys_Free(found);
  return 1;
}

static int is_same(const TPM2B_NAME *a, const TPM2B_NAME *b) {
  return a->size == b->size && memcmp(a->name, b->name, a->size) == 0;
}

TPM2B_NAME ctpm_endorsement(struct work *work) {
  TPM2B_NAME name = {0};
  ctpm_answer answer = {0}, *kept = work->answer;
  work->answer = &answer;
  if (!ctpm_make_primary(work, ESYS_TR_RH_ENDORSEMENT, &name)) name.size = 0;
  flush(work, &work->primary);
  work->answer = kept;
  return name;
}

int ctpm_take_storage_key(struct work *work, const struct kept *kept) {
  TPM2B_NAME name;
  if (!ctpm_make_primary(work, ESYS_TR_RH_OWNER, &name)) return 0;
  if (is_same(&name, &kept->storage)) return 1;
  flush(work, &work->primary);
  name = ctpm_endorsement(work);
  int is_cleared = name.size && is_same(&name, &kept->endorsement);
  return ctpm_end(work, is_cleared ? CTPM_CLEARED : CTPM_OTHER_TPM);
}

int ctpm_open_session(struct work *work) {
  static const TPMT_SYM_DEF cipher = {.algorithm = TPM2_ALG_AES, .keyBits.aes = 128, .mode.aes = TPM2_ALG_CFB};
  TSS2_RC code =
      work->tss->Esys_StartAuthSession(work->esys, work->primary, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
                                       ESYS_TR_NONE, NULL, TPM2_SE_HMAC, &cipher, TPM2_ALG_SHA256, &work->session);
  return !ctpm_failed(work, "TPM2_StartAuthSession", code);
}

int ctpm_set_session(struct work *work, TPMA_SESSION attributes) {
  TSS2_RC code = work->tss->Esys_TRSess_SetAttributes(work->esys, work->session,
                                                      attributes | TPMA_SESSION_CONTINUESESSION, 0xFF);
  return !ctpm_failed(work, "Esys_TRSess_SetAttributes", code);
}
#endif
