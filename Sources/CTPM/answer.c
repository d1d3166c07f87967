#include "tss.h"

const char *ctpm_detail(const ctpm_answer *answer) { return answer->detail; }

#ifdef CTPM_HAS_TSS
int ctpm_end(struct work *work, ctpm_outcome outcome) {
  work->answer->outcome = outcome;
  return 0;
}

// A TPM's own code without the number of the handle, parameter or session that it complains of; 0 for one of the
// software between.
static TSS2_RC plain(TSS2_RC code) {
  TSS2_RC layer = code & TSS2_RC_LAYER_MASK;
  if (layer != TSS2_TPM_RC_LAYER && layer != TSS2_RESMGR_TPM_RC_LAYER) return 0;
  code &= ~TSS2_RC_LAYER_MASK;
  return code & TPM2_RC_FMT1 ? code & (TPM2_RC_FMT1 | 0x3F) : code;
}

static ctpm_outcome outcome(TSS2_RC code) {
  TSS2_RC layer = code & TSS2_RC_LAYER_MASK;
  if (layer == TSS2_TCTI_RC_LAYER) return CTPM_NO_TPM;
  switch (plain(code)) {
    case TPM2_RC_AUTH_FAIL:
    case TPM2_RC_BAD_AUTH: return CTPM_WRONG_PIN;
    case TPM2_RC_LOCKOUT: return CTPM_LOCKED_OUT;
    case TPM2_RC_INTEGRITY: return CTPM_UNREADABLE;
    case TPM2_RC_OBJECT_MEMORY:
    case TPM2_RC_OBJECT_HANDLES:
    case TPM2_RC_SESSION_MEMORY:
    case TPM2_RC_SESSION_HANDLES: return CTPM_FULL;
    case TPM2_RC_INITIALIZE:
    case TPM2_RC_FAILURE:
    case TPM2_RC_UPGRADE:
    case TPM2_RC_REBOOT: return CTPM_NOT_WORKING;
    default: return CTPM_FAILED;
  }
}

int ctpm_failed(struct work *work, const char *step, TSS2_RC code) {
  if (code == TSS2_RC_SUCCESS) return 0;
  work->answer->outcome = outcome(code);
  work->answer->step = step;
  work->answer->code = code;
  return 1;
}

void ctpm_ask_lockout(struct work *work) {
  TPMS_CAPABILITY_DATA *found = NULL;
  uint32_t failed = 0, most = 0;
  TSS2_RC code = work->tss->Esys_GetCapability(work->esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
                                               TPM2_CAP_TPM_PROPERTIES, TPM2_PT_LOCKOUT_COUNTER, 3, NULL, &found);
  if (code != TSS2_RC_SUCCESS) return;
  const TPML_TAGGED_TPM_PROPERTY *properties = &found->data.tpmProperties;
  for (uint32_t i = 0; i < properties->count && i < TPM2_MAX_TPM_PROPERTIES; i++) {
    uint32_t value = properties->tpmProperty[i].value;
    switch (properties->tpmProperty[i].property) {
      case TPM2_PT_LOCKOUT_COUNTER: failed = value; break;
      case TPM2_PT_MAX_AUTH_FAIL: most = value; break;
      case TPM2_PT_LOCKOUT_INTERVAL: work->answer->seconds = value; break;
      default: break;
    }
  }
  work->answer->tries_left = most > failed ? most - failed : 0;
  work->tss->Esys_Free(found);
}
#endif
