// A secret sealed in a TPM 2.0 through tpm2-tss, which is loaded when it is first needed and never linked.
#ifndef CTPM_H
#define CTPM_H
#include <stddef.h>
#include <stdint.h>

/// How long what is sealed may be, and how long what is kept of it is at most.
enum { CTPM_SECRET_MAX = 64, CTPM_PIN_MAX = 32, CTPM_KEPT_MAX = 1024 };

/// What came of it.
typedef enum {
  CTPM_OK,
  /// This program was built without tpm2-tss.
  CTPM_NOT_BUILT,
  /// The libraries cannot be loaded; `detail` has the loader's words.
  CTPM_NO_LIBRARY,
  /// No TPM answers there.
  CTPM_NO_TPM,
  /// What was kept is nothing that was sealed here.
  CTPM_UNREADABLE,
  /// This TPM is another than the one that sealed it.
  CTPM_OTHER_TPM,
  /// It is the TPM that sealed it, and was cleared since.
  CTPM_CLEARED,
  /// Its storage hierarchy wants a password that we do not have.
  CTPM_OWNED,
  /// Not the PIN; `tries_left` more are taken.
  CTPM_WRONG_PIN,
  /// After too many wrong PINs the TPM takes none (TPM_RC_LOCKOUT) for `seconds`.
  CTPM_LOCKED_OUT,
  /// It has no room for one more object or session.
  CTPM_FULL,
  /// It is not started, or in failure mode.
  CTPM_NOT_WORKING,
  /// Another failure: `step` and `code` say which.
  CTPM_FAILED
} ctpm_outcome;

/// What came of it, with what there is to say about it.
typedef struct {
  ctpm_outcome outcome;
  /// Of a failure: the call, and its code (TSS2_RC).
  const char *step;
  uint32_t code;
  uint32_t tries_left;
  uint32_t seconds;
  char detail[200];
} ctpm_answer;

// `tcti` says where the TPM is, in words of tpm2-tss. All of these block for as long as the TPM does; one at a time is
// to be at work on one TPM, which without a resource manager has room for three objects.

/// Seals a secret, to be had by that PIN, or (length 0) without one. `kept` has room for CTPM_KEPT_MAX bytes; what it
/// takes to have the secret back from the same TPM, in clear no secret.
ctpm_answer ctpm_seal(const char *tcti, const void *secret, size_t secret_length, const void *pin, size_t pin_length,
                      void *kept, size_t *kept_length);
/// The secret again. `secret` has room for CTPM_SECRET_MAX bytes.
ctpm_answer ctpm_unseal(const char *tcti, const void *kept, size_t kept_length, const void *pin, size_t pin_length,
                        void *secret, size_t *secret_length);
/// Whether this is the TPM that sealed it; no PIN is tried.
ctpm_answer ctpm_check(const char *tcti, const void *kept, size_t kept_length);
/// The words in the answer's `detail`.
const char *ctpm_detail(const ctpm_answer *answer);
#endif
