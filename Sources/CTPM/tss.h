// tpm2-tss as this target uses it: its types at build time, where its headers are; its functions at run time.
#ifndef CTPM_TSS_H
#define CTPM_TSS_H
#include "ctpm.h"
#if !defined(CTPM_WITHOUT_TSS) && defined(__has_include)
#if __has_include(<tss2/tss2_esys.h>) && __has_include(<tss2/tss2_mu.h>) && __has_include(<tss2/tss2_tctildr.h>)
#define CTPM_HAS_TSS 1
#endif
#endif

#ifdef CTPM_HAS_TSS
#include <tss2/tss2_esys.h>
#include <tss2/tss2_mu.h>
#include <tss2/tss2_tctildr.h>

// (library, function)
#define CTPM_FUNCTIONS(F)            \
  F(tctildr, Tss2_TctiLdr_Initialize) \
  F(tctildr, Tss2_TctiLdr_Finalize)   \
  F(mu, Tss2_MU_TPM2B_NAME_Marshal)   \
  F(mu, Tss2_MU_TPM2B_NAME_Unmarshal) \
  F(mu, Tss2_MU_TPM2B_PUBLIC_Marshal) \
  F(mu, Tss2_MU_TPM2B_PUBLIC_Unmarshal) \
  F(mu, Tss2_MU_TPM2B_PRIVATE_Marshal)  \
  F(mu, Tss2_MU_TPM2B_PRIVATE_Unmarshal) \
  F(esys, Esys_Initialize)            \
  F(esys, Esys_Finalize)              \
  F(esys, Esys_Free)                  \
  F(esys, Esys_CreatePrimary)         \
  F(esys, Esys_TR_GetName)            \
  F(esys, Esys_TR_SetAuth)            \
  F(esys, Esys_StartAuthSession)      \
  F(esys, Esys_TRSess_SetAttributes)  \
  F(esys, Esys_Create)                \
  F(esys, Esys_Load)                  \
  F(esys, Esys_Unseal)                \
  F(esys, Esys_GetCapability)         \
  F(esys, Esys_FlushContext)

struct tss {
#define CTPM_MEMBER(library, name) __typeof__(name) *name;
  CTPM_FUNCTIONS(CTPM_MEMBER)
#undef CTPM_MEMBER
};

/// The functions, loaded at the first call; NULL with the loader's words in `detail`.
const struct tss *ctpm_tss(char *detail, size_t room);

/// One piece of work: a connection, and what is in the TPM because of it.
struct work {
  const struct tss *tss;
  TSS2_TCTI_CONTEXT *tcti;
  ESYS_CONTEXT *esys;
  ESYS_TR primary, session, object;
  ctpm_answer *answer;
};

/// What is kept of a sealed secret.
struct kept {
  /// The storage key's name, and that of a key of the endorsement hierarchy, which a TPM2_Clear leaves; size 0 where it
  /// could not be had.
  TPM2B_NAME storage, endorsement;
  TPM2B_PUBLIC public;
  TPM2B_PRIVATE private;
};

/// Connects. 1, or 0 with the answer set, as all of these.
int ctpm_begin(struct work *work, const char *tcti, ctpm_answer *answer);
/// Takes everything of ours out of the TPM, and disconnects.
void ctpm_finish(struct work *work);
/// Makes the primary key of a hierarchy; its name.
int ctpm_make_primary(struct work *work, ESYS_TR hierarchy, TPM2B_NAME *name);
/// The name of the same key in the endorsement hierarchy, by which a TPM that was cleared is told from another. Its
/// owner may have closed that to us; then its size is 0.
TPM2B_NAME ctpm_endorsement(struct work *work);
/// The key that sealed it, in the TPM again.
int ctpm_take_storage_key(struct work *work, const struct kept *kept);
/// A session whose key comes from a salt that only the storage key decrypts, so that what crosses the bus under it is
/// unreadable to a listener (TPM library, Part 1, 19.6 and 21).
int ctpm_open_session(struct work *work);
/// What the session does at the next command.
int ctpm_set_session(struct work *work, TPMA_SESSION attributes);
extern const TPM2B_DATA ctpm_no_outside_info;
extern const TPML_PCR_SELECTION ctpm_no_registers;

int ctpm_pack(struct work *work, const struct kept *kept, void *bytes, size_t *length);
int ctpm_unpack(struct work *work, const void *bytes, size_t length, struct kept *kept);

/// Whether the call failed; then the answer says how. Counts as success: TSS2_RC_SUCCESS.
int ctpm_failed(struct work *work, const char *step, TSS2_RC code);
/// Sets the answer; always 0, as what failed.
int ctpm_end(struct work *work, ctpm_outcome outcome);
/// After a wrong PIN or in a lockout: how many more are taken, and how long it lasts.
void ctpm_ask_lockout(struct work *work);
#endif
#endif
