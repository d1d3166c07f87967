// What this target does in a build without tpm2-tss: it says so.
#include "ctpm.h"
#include "tss.h"
#ifndef CTPM_HAS_TSS
static const ctpm_answer not_built = {.outcome = CTPM_NOT_BUILT, .step = ""};

ctpm_answer ctpm_seal(const char *tcti, const void *secret, size_t secret_length, const void *pin, size_t pin_length,
                      void *kept, size_t *kept_length) {
  (void)tcti, (void)secret, (void)secret_length, (void)pin, (void)pin_length, (void)kept, (void)kept_length;
  return not_built;
}

ctpm_answer ctpm_unseal(const char *tcti, const void *kept, size_t kept_length, const void *pin, size_t pin_length,
                        void *secret, size_t *secret_length) {
  (void)tcti, (void)kept, (void)kept_length, (void)pin, (void)pin_length, (void)secret, (void)secret_length;
  return not_built;
}

ctpm_answer ctpm_check(const char *tcti, const void *kept, size_t kept_length) {
  (void)tcti, (void)kept, (void)kept_length;
  return not_built;
}
#endif
