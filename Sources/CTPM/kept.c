// What is kept of a sealed secret: TPM 2.0 structures one after the other, each with its length, as Part 2 of the TPM
// library has them.
#include "tss.h"
#ifdef CTPM_HAS_TSS

int ctpm_pack(struct work *work, const struct kept *kept, void *bytes, size_t *length) {
  const struct tss *tss = work->tss;
  size_t end = 0;
  if (ctpm_failed(work, "marshal", tss->Tss2_MU_TPM2B_NAME_Marshal(&kept->storage, bytes, CTPM_KEPT_MAX, &end)) ||
      ctpm_failed(work, "marshal", tss->Tss2_MU_TPM2B_NAME_Marshal(&kept->endorsement, bytes, CTPM_KEPT_MAX, &end)) ||
      ctpm_failed(work, "marshal", tss->Tss2_MU_TPM2B_PUBLIC_Marshal(&kept->public, bytes, CTPM_KEPT_MAX, &end)) ||
      ctpm_failed(work, "marshal", tss->Tss2_MU_TPM2B_PRIVATE_Marshal(&kept->private, bytes, CTPM_KEPT_MAX, &end)))
    return 0;
  *length = end;
  return 1;
}

int ctpm_unpack(struct work *work, const void *bytes, size_t length, struct kept *kept) {
  const struct tss *tss = work->tss;
  size_t end = 0;
  if (tss->Tss2_MU_TPM2B_NAME_Unmarshal(bytes, length, &end, &kept->storage) ||
      tss->Tss2_MU_TPM2B_NAME_Unmarshal(bytes, length, &end, &kept->endorsement) ||
      tss->Tss2_MU_TPM2B_PUBLIC_Unmarshal(bytes, length, &end, &kept->public) ||
      tss->Tss2_MU_TPM2B_PRIVATE_Unmarshal(bytes, length, &end, &kept->private) || end != length)
    return ctpm_end(work, CTPM_UNREADABLE);
  return 1;
}
#endif
