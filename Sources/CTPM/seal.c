#define _GNU_SOURCE
#include "tss.h"
#ifdef CTPM_HAS_TSS
#include <string.h>

// With a PIN, wrong ones count towards the TPM's lockout (no NODA); without one there is nothing to guess.
static TPM2B_PUBLIC sealed_object(size_t pin_length) {
  return (TPM2B_PUBLIC){
      .publicArea = {
          .type = TPM2_ALG_KEYEDHASH,
          .nameAlg = TPM2_ALG_SHA256,
          .objectAttributes = TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT | TPMA_OBJECT_USERWITHAUTH |
                              (pin_length ? 0 : TPMA_OBJECT_NODA),
          .parameters.keyedHashDetail.scheme.scheme = TPM2_ALG_NULL,
      }};
}

static int seal(struct work *work, TPM2B_SENSITIVE_CREATE *sensitive, void *bytes, size_t *length) {
  struct kept kept = {0};
  TPM2B_PUBLIC template = sealed_object(sensitive->sensitive.userAuth.size), *public = NULL;
  TPM2B_PRIVATE *private = NULL;
  kept.endorsement = ctpm_endorsement(work);
  if (!ctpm_make_primary(work, ESYS_TR_RH_OWNER, &kept.storage) || !ctpm_open_session(work) ||
      !ctpm_set_session(work, TPMA_SESSION_DECRYPT | TPMA_SESSION_ENCRYPT))
    return 0;
  TSS2_RC code = work->tss->Esys_Create(work->esys, work->primary, work->session, ESYS_TR_NONE, ESYS_TR_NONE,
                                        sensitive, &template, &ctpm_no_outside_info, &ctpm_no_registers, &private, &public, NULL,
                                        NULL, NULL);
  if (ctpm_failed(work, "TPM2_Create", code)) return 0;
  kept.private = *private;
  kept.public = *public;
  work->tss->Esys_Free(private);
  work->tss->Esys_Free(public);
  return ctpm_pack(work, &kept, bytes, length);
}

static int load(struct work *work, const struct kept *kept) {
  if (!ctpm_take_storage_key(work, kept) || !ctpm_open_session(work) ||
      !ctpm_set_session(work, TPMA_SESSION_DECRYPT | TPMA_SESSION_ENCRYPT))
    return 0;
  TSS2_RC code = work->tss->Esys_Load(work->esys, work->primary, work->session, ESYS_TR_NONE, ESYS_TR_NONE,
                                      &kept->private, &kept->public, &work->object);
  return !ctpm_failed(work, "TPM2_Load", code);
}

static int unseal(struct work *work, const struct kept *kept, const TPM2B_AUTH *pin, void *secret, size_t *length) {
  TPM2B_SENSITIVE_DATA *found = NULL;
  if (!load(work, kept)) return 0;
  if (ctpm_failed(work, "Esys_TR_SetAuth", work->tss->Esys_TR_SetAuth(work->esys, work->object, pin))) return 0;
  if (!ctpm_set_session(work, TPMA_SESSION_ENCRYPT)) return 0;
  TSS2_RC code =
      work->tss->Esys_Unseal(work->esys, work->object, work->session, ESYS_TR_NONE, ESYS_TR_NONE, &found);
  if (ctpm_failed(work, "TPM2_Unseal", code)) {
    ctpm_outcome outcome = work->answer->outcome;
    if (outcome == CTPM_WRONG_PIN || outcome == CTPM_LOCKED_OUT) ctpm_ask_lockout(work);
    return 0;
  }
  int fits = found->size <= CTPM_SECRET_MAX;
  if (fits) memcpy(secret, found->buffer, found->size), *length = found->size;
  explicit_bzero(found, sizeof *found);
  work->tss->Esys_Free(found);
  return fits || ctpm_end(work, CTPM_UNREADABLE);
}

ctpm_answer ctpm_seal(const char *tcti, const void *secret, size_t secret_length, const void *pin, size_t pin_length,
                      void *kept, size_t *kept_length) {
  struct work work;
  ctpm_answer answer = {.step = ""};
  TPM2B_SENSITIVE_CREATE sensitive = {0};
  if (secret_length > CTPM_SECRET_MAX || pin_length > CTPM_PIN_MAX) return (ctpm_answer){CTPM_FAILED, "lengths"};
  sensitive.sensitive.data.size = secret_length;
  memcpy(sensitive.sensitive.data.buffer, secret, secret_length);
  sensitive.sensitive.userAuth.size = pin_length;
  if (pin_length) memcpy(sensitive.sensitive.userAuth.buffer, pin, pin_length);
  if (ctpm_begin(&work, tcti, &answer)) seal(&work, &sensitive, kept, kept_length);
  explicit_bzero(&sensitive, sizeof sensitive);
  ctpm_finish(&work);
  return answer;
}

ctpm_answer ctpm_unseal(const char *tcti, const void *kept, size_t kept_length, const void *pin, size_t pin_length,
                        void *secret, size_t *secret_length) {
  struct work work;
  struct kept parts = {0};
  ctpm_answer answer = {.step = ""};
  TPM2B_AUTH authorization = {.size = pin_length};
  if (pin_length > CTPM_PIN_MAX) return (ctpm_answer){CTPM_FAILED, "lengths"};
  if (pin_length) memcpy(authorization.buffer, pin, pin_length);
  if (ctpm_begin(&work, tcti, &answer) && ctpm_unpack(&work, kept, kept_length, &parts))
    unseal(&work, &parts, &authorization, secret, secret_length);
  explicit_bzero(&authorization, sizeof authorization);
  ctpm_finish(&work);
  return answer;
}

ctpm_answer ctpm_check(const char *tcti, const void *kept, size_t kept_length) {
  struct work work;
  struct kept parts = {0};
  ctpm_answer answer = {.step = ""};
  if (ctpm_begin(&work, tcti, &answer) && ctpm_unpack(&work, kept, kept_length, &parts)) ctpm_take_storage_key(&work, &parts);
  ctpm_finish(&work);
  return answer;
}
#endif
