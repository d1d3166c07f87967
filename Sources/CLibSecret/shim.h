#define SECRET_API_SUBJECT_TO_CHANGE 1
#include <libsecret/secret.h>
