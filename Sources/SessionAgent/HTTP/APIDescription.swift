// swift-format-ignore-file
// Made by scripts/generate-api-description from docs/openapi.yaml.

/// docs/openapi.yaml, as GET /v1/openapi.yaml shows it.
enum APIDescription {
  static let text = ##"""
openapi: 3.1.0
info:
  title: session-agent
  version: "1"
  summary: Current tokens for every program of one user, over a unix socket.
  description: |
    HTTP/1.1 and JSON over the unix socket of the agent. Only processes of the same user are answered (SO_PEERCRED); any
    HTTP client is a client:

        curl --unix-socket "$XDG_RUNTIME_DIR/session-agent/agent.sock" http://agent/v1/sessions/work/token

    Limits: a request head of 16 KiB, a body of 64 KiB, 10 s to send a request, 16 pipelined requests. `Host` is `agent`
    or `localhost`; a request with `Origin`, `Referer` or `Sec-Fetch-*` is refused. An unknown query parameter or JSON
    member is an `invalid_request` that names it. Every refusal carries a problem object (RFC 9457), also those outside
    the routes, which are listed under `x-outside-the-routes`: OpenAPI has no place for an answer to a method or a path
    that isn't there.
servers:
  - url: http://agent
    description: the unix socket
security: []
tags:
  - name: status
  - name: sessions
  - name: logins
  - name: profiles
  - name: account
  - name: events
  - name: keystore
x-outside-the-routes:
  unknown-path: {$ref: "#/components/responses/NotFound"}
  unknown-method: {$ref: "#/components/responses/MethodNotAllowed"}
  malformed: {$ref: "#/components/responses/InvalidRequest"}
paths:
  /v1/status:
    get:
      tags: [status]
      operationId: getStatus
      summary: The agent, its sessions and what is still to be done.
      responses:
        "200":
          description: The agent's state.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Status"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "503": {$ref: "#/components/responses/Throttled"}
  /v1/sessions:
    get:
      tags: [sessions]
      operationId: listSessions
      summary: Every session, by name; also while the keystore is locked.
      responses:
        "200":
          description: The sessions.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/SessionList"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "503": {$ref: "#/components/responses/Throttled"}
  /v1/sessions/{name}:
    parameters:
      - $ref: "#/components/parameters/sessionName"
    get:
      tags: [sessions]
      operationId: getSession
      summary: One session.
      responses:
        "200":
          description: The session.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Session"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "401": {$ref: "#/components/responses/SignInRequired"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "422": {$ref: "#/components/responses/BadConfiguration"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "503": {$ref: "#/components/responses/Throttled"}
    delete:
      tags: [sessions]
      operationId: signOut
      summary: Sign out.
      description: |
        When it returns no token can be had from the agent any more, network or not, locked or not. The refresh token
        survives only as an order to revoke it, delivered when the provider can be reached. With `everywhere` the
        provider is asked to end all of the person's sessions: now or not at all.
      parameters:
        - $ref: "#/components/parameters/everywhere"
      responses:
        "200":
          description: Signed out.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/SignedOut"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "401": {$ref: "#/components/responses/SignInRequired"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "503": {$ref: "#/components/responses/Throttled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/sessions/{name}/token:
    parameters:
      - $ref: "#/components/parameters/sessionName"
    get:
      tags: [sessions]
      operationId: getToken
      summary: A current token.
      description: |
        A token with less than one second left counts as expired and is never handed out. One that lives shorter than
        `min_ttl` is handed out with `stale: true` when no better one can be had, unless `strict`. Requests have the
        tokens renewed ten seconds after they came at the earliest; where even a new token lives shorter than `min_ttl`,
        after a tenth of its life. `retry_after_seconds` of a refusal says when.
      parameters:
        - $ref: "#/components/parameters/tokenType"
        - $ref: "#/components/parameters/minTTL"
        - $ref: "#/components/parameters/timeout"
        - $ref: "#/components/parameters/strict"
        - $ref: "#/components/parameters/scope"
        - $ref: "#/components/parameters/audience"
      responses:
        "200":
          description: A token.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/TokenAnswer"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "401": {$ref: "#/components/responses/SignInRequired"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "422": {$ref: "#/components/responses/BadConfiguration"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "501": {$ref: "#/components/responses/Unsupported"}
        "502": {$ref: "#/components/responses/ProviderError"}
        "503": {$ref: "#/components/responses/OfflineOrThrottled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/sessions/{name}/claims:
    parameters:
      - $ref: "#/components/parameters/sessionName"
    get:
      tags: [sessions]
      operationId: getClaims
      summary: The validated claims of a token, after its expiry too.
      parameters:
        - $ref: "#/components/parameters/tokenType"
      responses:
        "200":
          description: The claims.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/ClaimsAnswer"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "401": {$ref: "#/components/responses/SignInRequired"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "422": {$ref: "#/components/responses/BadConfiguration"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "503": {$ref: "#/components/responses/Throttled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/sessions/{name}/refresh:
    parameters:
      - $ref: "#/components/parameters/sessionName"
    post:
      tags: [sessions]
      operationId: refreshSession
      summary: Renew the tokens now.
      description: |
        One refresh at a time for a session, however many ask; at most one in ten seconds against a provider that fails.
      parameters:
        - $ref: "#/components/parameters/force"
      responses:
        "200":
          description: The session with its new tokens.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Session"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "401": {$ref: "#/components/responses/SignInRequired"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "415": {$ref: "#/components/responses/UnsupportedMediaType"}
        "422": {$ref: "#/components/responses/BadConfiguration"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "502": {$ref: "#/components/responses/ProviderError"}
        "503": {$ref: "#/components/responses/OfflineOrThrottled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/sessions/{name}/journal:
    parameters:
      - $ref: "#/components/parameters/sessionName"
    get:
      tags: [sessions]
      operationId: getJournal
      summary: What happened to a session, and why.
      description: |
        Kept by name, bounded, durable; also while the keystore is locked and after sign-out. Without `after` the newest
        entries are shown, with it those that follow, oldest first in either case.
      parameters:
        - $ref: "#/components/parameters/journalLimit"
        - $ref: "#/components/parameters/journalAfter"
      responses:
        "200":
          description: The entries.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Journal"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "503": {$ref: "#/components/responses/Throttled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/logins:
    post:
      tags: [logins]
      operationId: startLogin
      summary: Begin to sign in.
      description: |
        The provider's refusals come as the step `failed` of the login, not as an HTTP error.
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/LoginRequest"}
      responses:
        "201":
          description: The login, with its first step.
          headers:
            Location: {$ref: "#/components/headers/Location"}
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Login"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "409": {$ref: "#/components/responses/Conflict"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "415": {$ref: "#/components/responses/UnsupportedMediaType"}
        "422": {$ref: "#/components/responses/BadConfiguration"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "501": {$ref: "#/components/responses/Unsupported"}
        "503": {$ref: "#/components/responses/Throttled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/logins/{id}:
    parameters:
      - $ref: "#/components/parameters/loginID"
    get:
      tags: [logins]
      operationId: getLogin
      summary: A login; with `wait`, as soon as its step is later than `after`.
      parameters:
        - $ref: "#/components/parameters/wait"
        - $ref: "#/components/parameters/after"
      responses:
        "200":
          description: The login.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Login"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "503": {$ref: "#/components/responses/Throttled"}
    delete:
      tags: [logins]
      operationId: abandonLogin
      summary: Give a login up; nothing of it is kept.
      responses:
        "204": {description: Given up.}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "503": {$ref: "#/components/responses/Throttled"}
  /v1/logins/{id}/answer:
    parameters:
      - $ref: "#/components/parameters/loginID"
    post:
      tags: [logins]
      operationId: answerLogin
      summary: Answer the login's current step.
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/LoginAnswer"}
      responses:
        "200":
          description: The login, with its next step.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Login"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "409": {$ref: "#/components/responses/Conflict"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "415": {$ref: "#/components/responses/UnsupportedMediaType"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "503": {$ref: "#/components/responses/Throttled"}
  /v1/profiles:
    get:
      tags: [profiles]
      operationId: listProfiles
      summary: Every profile, by name; of one whose file can't be used, why.
      responses:
        "200":
          description: The profiles.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/ProfileList"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "503": {$ref: "#/components/responses/Throttled"}
  /v1/profiles/{profile}:
    parameters:
      - $ref: "#/components/parameters/profileName"
    get:
      tags: [profiles]
      operationId: getProfile
      summary: One profile.
      responses:
        "200":
          description: The profile.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Profile"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "422": {$ref: "#/components/responses/BadConfiguration"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "503": {$ref: "#/components/responses/Throttled"}
    put:
      tags: [profiles]
      operationId: putProfile
      summary: Make or replace a profile of the user's.
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/ProfileRequest"}
      responses:
        "200":
          description: Replaced.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Profile"}
        "201":
          description: Made.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Profile"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "415": {$ref: "#/components/responses/UnsupportedMediaType"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "503": {$ref: "#/components/responses/Throttled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
    delete:
      tags: [profiles]
      operationId: deleteProfile
      summary: Remove a profile that no session uses.
      responses:
        "204": {description: Removed.}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "409": {$ref: "#/components/responses/Conflict"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "503": {$ref: "#/components/responses/Throttled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/profiles/{profile}/account/signup:
    parameters:
      - $ref: "#/components/parameters/profileName"
    post:
      tags: [account]
      operationId: signUp
      summary: Make an account.
      description: |
        Most pools send a code then, with which the account is confirmed.
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/SignUpRequest"}
      responses:
        "201":
          description: Made.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/SignedUp"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "409": {$ref: "#/components/responses/Conflict"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "415": {$ref: "#/components/responses/UnsupportedMediaType"}
        "422": {$ref: "#/components/responses/AccountRefused"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "501": {$ref: "#/components/responses/Unsupported"}
        "502": {$ref: "#/components/responses/ProviderError"}
        "503": {$ref: "#/components/responses/OfflineOrThrottled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/profiles/{profile}/account/confirm:
    parameters:
      - $ref: "#/components/parameters/profileName"
    post:
      tags: [account]
      operationId: confirmAccount
      summary: Confirm an account with the code that was sent.
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/ConfirmRequest"}
      responses:
        "200":
          description: Confirmed.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Nothing"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "409": {$ref: "#/components/responses/Conflict"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "415": {$ref: "#/components/responses/UnsupportedMediaType"}
        "422": {$ref: "#/components/responses/AccountRefused"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "501": {$ref: "#/components/responses/Unsupported"}
        "502": {$ref: "#/components/responses/ProviderError"}
        "503": {$ref: "#/components/responses/OfflineOrThrottled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/profiles/{profile}/account/resend-code:
    parameters:
      - $ref: "#/components/parameters/profileName"
    post:
      tags: [account]
      operationId: resendCode
      summary: Send the code that confirms an account again.
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/UsernameRequest"}
      responses:
        "200":
          description: Sent.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Delivery"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "409": {$ref: "#/components/responses/Conflict"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "415": {$ref: "#/components/responses/UnsupportedMediaType"}
        "422": {$ref: "#/components/responses/AccountRefused"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "501": {$ref: "#/components/responses/Unsupported"}
        "502": {$ref: "#/components/responses/ProviderError"}
        "503": {$ref: "#/components/responses/OfflineOrThrottled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/profiles/{profile}/account/forgot-password:
    parameters:
      - $ref: "#/components/parameters/profileName"
    post:
      tags: [account]
      operationId: forgotPassword
      summary: Send a code that replaces a forgotten password.
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/UsernameRequest"}
      responses:
        "200":
          description: Sent, unless there is no such user and the pool hides that.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Delivery"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "415": {$ref: "#/components/responses/UnsupportedMediaType"}
        "422": {$ref: "#/components/responses/AccountRefused"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "501": {$ref: "#/components/responses/Unsupported"}
        "502": {$ref: "#/components/responses/ProviderError"}
        "503": {$ref: "#/components/responses/OfflineOrThrottled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/profiles/{profile}/account/reset-password:
    parameters:
      - $ref: "#/components/parameters/profileName"
    post:
      tags: [account]
      operationId: resetPassword
      summary: Replace a forgotten password.
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/ResetPasswordRequest"}
      responses:
        "200":
          description: Replaced.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Nothing"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "415": {$ref: "#/components/responses/UnsupportedMediaType"}
        "422": {$ref: "#/components/responses/AccountRefused"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "501": {$ref: "#/components/responses/Unsupported"}
        "502": {$ref: "#/components/responses/ProviderError"}
        "503": {$ref: "#/components/responses/OfflineOrThrottled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/sessions/{name}/account:
    parameters:
      - $ref: "#/components/parameters/sessionName"
    get:
      tags: [account]
      operationId: getAccount
      summary: The account of who is signed in.
      description: |
        Operations on an account need an access token with the scope `aws.cognito.signin.user.admin`. One that has
        expired is renewed first; without network the answer is `offline` at once.
      responses:
        "200":
          description: The account.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Account"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "401": {$ref: "#/components/responses/SignInRequired"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "422": {$ref: "#/components/responses/AccountRefused"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "501": {$ref: "#/components/responses/Unsupported"}
        "502": {$ref: "#/components/responses/ProviderError"}
        "503": {$ref: "#/components/responses/OfflineOrThrottled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
    delete:
      tags: [account]
      operationId: deleteAccount
      summary: Delete the account for ever.
      description: |
        `username` must be the account's.
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/UsernameRequest"}
      responses:
        "204": {description: Deleted; the session is gone.}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "401": {$ref: "#/components/responses/SignInRequired"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "415": {$ref: "#/components/responses/UnsupportedMediaType"}
        "422": {$ref: "#/components/responses/AccountRefused"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "501": {$ref: "#/components/responses/Unsupported"}
        "502": {$ref: "#/components/responses/ProviderError"}
        "503": {$ref: "#/components/responses/OfflineOrThrottled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/sessions/{name}/account/change-password:
    parameters:
      - $ref: "#/components/parameters/sessionName"
    post:
      tags: [account]
      operationId: changePassword
      summary: Change the password.
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/ChangePasswordRequest"}
      responses:
        "200":
          description: Changed.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Nothing"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "401": {$ref: "#/components/responses/SignInRequired"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "415": {$ref: "#/components/responses/UnsupportedMediaType"}
        "422": {$ref: "#/components/responses/AccountRefused"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "501": {$ref: "#/components/responses/Unsupported"}
        "502": {$ref: "#/components/responses/ProviderError"}
        "503": {$ref: "#/components/responses/OfflineOrThrottled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/sessions/{name}/account/attributes:
    parameters:
      - $ref: "#/components/parameters/sessionName"
    patch:
      tags: [account]
      operationId: changeAttributes
      summary: Set and remove attributes.
      description: |
        What is to be set is set first.
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/AttributeChanges"}
      responses:
        "200":
          description: Changed; where codes went that verify new values.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Deliveries"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "401": {$ref: "#/components/responses/SignInRequired"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "409": {$ref: "#/components/responses/Conflict"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "415": {$ref: "#/components/responses/UnsupportedMediaType"}
        "422": {$ref: "#/components/responses/AccountRefused"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "501": {$ref: "#/components/responses/Unsupported"}
        "502": {$ref: "#/components/responses/ProviderError"}
        "503": {$ref: "#/components/responses/OfflineOrThrottled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/sessions/{name}/account/attributes/{attribute}/send-code:
    parameters:
      - $ref: "#/components/parameters/sessionName"
      - $ref: "#/components/parameters/attributeName"
    post:
      tags: [account]
      operationId: sendAttributeCode
      summary: Send a code that verifies an attribute.
      responses:
        "200":
          description: Sent.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Delivery"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "401": {$ref: "#/components/responses/SignInRequired"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "415": {$ref: "#/components/responses/UnsupportedMediaType"}
        "422": {$ref: "#/components/responses/AccountRefused"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "501": {$ref: "#/components/responses/Unsupported"}
        "502": {$ref: "#/components/responses/ProviderError"}
        "503": {$ref: "#/components/responses/OfflineOrThrottled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/sessions/{name}/account/attributes/{attribute}/verify:
    parameters:
      - $ref: "#/components/parameters/sessionName"
      - $ref: "#/components/parameters/attributeName"
    post:
      tags: [account]
      operationId: verifyAttribute
      summary: Verify an attribute with the code that was sent.
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/CodeRequest"}
      responses:
        "200":
          description: Verified.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Nothing"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "401": {$ref: "#/components/responses/SignInRequired"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "409": {$ref: "#/components/responses/Conflict"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "415": {$ref: "#/components/responses/UnsupportedMediaType"}
        "422": {$ref: "#/components/responses/AccountRefused"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "501": {$ref: "#/components/responses/Unsupported"}
        "502": {$ref: "#/components/responses/ProviderError"}
        "503": {$ref: "#/components/responses/OfflineOrThrottled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/sessions/{name}/account/mfa:
    parameters:
      - $ref: "#/components/parameters/sessionName"
    get:
      tags: [account]
      operationId: getMFA
      summary: The second factors in use.
      responses:
        "200":
          description: The factors.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/MFA"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "401": {$ref: "#/components/responses/SignInRequired"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "422": {$ref: "#/components/responses/AccountRefused"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "501": {$ref: "#/components/responses/Unsupported"}
        "502": {$ref: "#/components/responses/ProviderError"}
        "503": {$ref: "#/components/responses/OfflineOrThrottled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
    put:
      tags: [account]
      operationId: putMFA
      summary: Choose second factors.
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/MFARequest"}
      responses:
        "200":
          description: The factors from now on.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/MFA"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "401": {$ref: "#/components/responses/SignInRequired"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "415": {$ref: "#/components/responses/UnsupportedMediaType"}
        "422": {$ref: "#/components/responses/AccountRefused"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "501": {$ref: "#/components/responses/Unsupported"}
        "502": {$ref: "#/components/responses/ProviderError"}
        "503": {$ref: "#/components/responses/OfflineOrThrottled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/sessions/{name}/account/mfa/totp:
    parameters:
      - $ref: "#/components/parameters/sessionName"
    post:
      tags: [account]
      operationId: enrollTOTP
      summary: Begin to set an authenticator app up.
      responses:
        "200":
          description: What the app is set up with. The connection is closed.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/TOTPEnrolment"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "401": {$ref: "#/components/responses/SignInRequired"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "415": {$ref: "#/components/responses/UnsupportedMediaType"}
        "422": {$ref: "#/components/responses/AccountRefused"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "501": {$ref: "#/components/responses/Unsupported"}
        "502": {$ref: "#/components/responses/ProviderError"}
        "503": {$ref: "#/components/responses/OfflineOrThrottled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/sessions/{name}/account/mfa/totp/verify:
    parameters:
      - $ref: "#/components/parameters/sessionName"
    post:
      tags: [account]
      operationId: verifyTOTP
      summary: End it with a code that the app shows.
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/TOTPCodeRequest"}
      responses:
        "200":
          description: Set up; PUT mfa puts it to use.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Nothing"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "401": {$ref: "#/components/responses/SignInRequired"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "415": {$ref: "#/components/responses/UnsupportedMediaType"}
        "422": {$ref: "#/components/responses/AccountRefused"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "501": {$ref: "#/components/responses/Unsupported"}
        "502": {$ref: "#/components/responses/ProviderError"}
        "503": {$ref: "#/components/responses/OfflineOrThrottled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/sessions/{name}/account/devices:
    parameters:
      - $ref: "#/components/parameters/sessionName"
    get:
      tags: [account]
      operationId: listDevices
      summary: The devices that the account is used from.
      responses:
        "200":
          description: The devices.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/DeviceList"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "401": {$ref: "#/components/responses/SignInRequired"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "422": {$ref: "#/components/responses/AccountRefused"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "501": {$ref: "#/components/responses/Unsupported"}
        "502": {$ref: "#/components/responses/ProviderError"}
        "503": {$ref: "#/components/responses/OfflineOrThrottled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/sessions/{name}/account/devices/{key}:
    parameters:
      - $ref: "#/components/parameters/sessionName"
      - $ref: "#/components/parameters/deviceKey"
    put:
      tags: [account]
      operationId: putDevice
      summary: Remember a device, or do so no more.
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/DeviceRequest"}
      responses:
        "200":
          description: Done.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Nothing"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "401": {$ref: "#/components/responses/SignInRequired"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "415": {$ref: "#/components/responses/UnsupportedMediaType"}
        "422": {$ref: "#/components/responses/AccountRefused"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "501": {$ref: "#/components/responses/Unsupported"}
        "502": {$ref: "#/components/responses/ProviderError"}
        "503": {$ref: "#/components/responses/OfflineOrThrottled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
    delete:
      tags: [account]
      operationId: forgetDevice
      summary: Have a device forgotten.
      responses:
        "204": {description: Forgotten.}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "401": {$ref: "#/components/responses/SignInRequired"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "422": {$ref: "#/components/responses/AccountRefused"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "501": {$ref: "#/components/responses/Unsupported"}
        "502": {$ref: "#/components/responses/ProviderError"}
        "503": {$ref: "#/components/responses/OfflineOrThrottled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/sessions/{name}/account/passkeys:
    parameters:
      - $ref: "#/components/parameters/sessionName"
    get:
      tags: [account]
      operationId: listPasskeys
      summary: The account's passkeys.
      responses:
        "200":
          description: The passkeys.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/PasskeyList"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "401": {$ref: "#/components/responses/SignInRequired"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "422": {$ref: "#/components/responses/AccountRefused"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "501": {$ref: "#/components/responses/Unsupported"}
        "502": {$ref: "#/components/responses/ProviderError"}
        "503": {$ref: "#/components/responses/OfflineOrThrottled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/sessions/{name}/account/passkeys/{id}:
    parameters:
      - $ref: "#/components/parameters/sessionName"
      - $ref: "#/components/parameters/passkeyID"
    delete:
      tags: [account]
      operationId: deletePasskey
      summary: Remove a passkey.
      responses:
        "204": {description: Removed.}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "401": {$ref: "#/components/responses/SignInRequired"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "422": {$ref: "#/components/responses/AccountRefused"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "501": {$ref: "#/components/responses/Unsupported"}
        "502": {$ref: "#/components/responses/ProviderError"}
        "503": {$ref: "#/components/responses/OfflineOrThrottled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/events:
    get:
      tags: [events]
      operationId: events
      summary: What happens, as server-sent events.
      description: |
        First come the events after a known `Last-Event-ID`; without one a `snapshot`; with an unknown one `reset`, then
        `snapshot`. A reader too far behind gets `reset` and a snapshot. The `data` of each is an `Event`.
      parameters:
        - $ref: "#/components/parameters/eventSession"
        - $ref: "#/components/parameters/audit"
        - $ref: "#/components/parameters/lastEventID"
      responses:
        "200":
          description: The stream. It ends with the agent.
          content:
            text/event-stream:
              schema: {type: string}
              x-event-data: {$ref: "#/components/schemas/Event"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "503": {$ref: "#/components/responses/Throttled"}
  /v1/lock:
    post:
      tags: [keystore]
      operationId: lock
      summary: Forget the keys and every secret in memory.
      responses:
        "200":
          description: The keystore.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Keystore"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "415": {$ref: "#/components/responses/UnsupportedMediaType"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "503": {$ref: "#/components/responses/Throttled"}
  /v1/unlock:
    post:
      tags: [keystore]
      operationId: unlock
      summary: Open the keystore; on a store not yet made, make it.
      description: |
        With a passphrase, with the TPM's PIN, or with an empty object to try the other key sources again: a locked
        keyring shows its own prompt then, where something can show it, for a minute at most. With `pinentry` the
        agent's pinentry asks for the passphrase there, up to three times; one prompt at a time, and none for 30 s after
        one was closed (`denied`). Where a PIN is all that the slots ask for, `passphrase` is taken for it. On a store
        that is not made yet what is given makes its first slot. A PIN that the TPM's dictionary attack lockout refuses
        has the reason `too_many_attempts`, and was not tried.
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/UnlockRequest"}
      responses:
        "200":
          description: The keystore, open.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Keystore"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "415": {$ref: "#/components/responses/UnsupportedMediaType"}
        "422": {$ref: "#/components/responses/CredentialsRefused"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "503": {$ref: "#/components/responses/Throttled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/keystore:
    get:
      tags: [keystore]
      operationId: getKeystore
      summary: The keystore and its slots.
      responses:
        "200":
          description: The keystore.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Keystore"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "503": {$ref: "#/components/responses/Throttled"}
  /v1/keystore/check:
    get:
      tags: [keystore]
      operationId: checkKeystore
      summary: Look at all of the keystore; change nothing.
      description: |
        Each page of the file and, while it is unlocked, each row and each sealed value.
      responses:
        "200":
          description: What was found.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/KeystoreCheck"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "503": {$ref: "#/components/responses/Throttled"}
  /v1/keystore/recover:
    post:
      tags: [keystore]
      operationId: recoverKeystore
      summary: Set a damaged file aside, and go on with what can be read of it.
      description: |
        The file takes a name with the date, as it is to the byte. What could be read of it takes its place and opens by
        the same slots; where that is too little, there is no keystore after it. One that is whole but does not open
        (another key, a newer version) is left as it is.
      responses:
        "200":
          description: The keystore.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Keystore"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "409": {$ref: "#/components/responses/Conflict"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "415": {$ref: "#/components/responses/UnsupportedMediaType"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "503": {$ref: "#/components/responses/Throttled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/keystore/rekey:
    post:
      tags: [keystore]
      operationId: rekey
      summary: Replace the data key and seal everything anew.
      description: |
        In one transaction, while sessions are served. Every slot's source must give its key; what slots ask for
        (`asks`) are members of the body.
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/RekeyRequest"}
      responses:
        "200":
          description: The keystore.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Keystore"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "415": {$ref: "#/components/responses/UnsupportedMediaType"}
        "422": {$ref: "#/components/responses/CredentialsRefused"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "503": {$ref: "#/components/responses/Throttled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/keystore/slots/{source}:
    parameters:
      - $ref: "#/components/parameters/keySource"
    put:
      tags: [keystore]
      operationId: putSlot
      summary: Add a way into the keystore, or make that one anew.
      description: |
        With what the source needs: `passphrase`; `path` of a keyfile (made where it is absent) or `name` of a systemd
        credential, by default those of the settings; `pin` of the TPM or none; nothing for the secret service.
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/SlotRequest"}
      responses:
        "200":
          description: The keystore.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Keystore"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "415": {$ref: "#/components/responses/UnsupportedMediaType"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "503": {$ref: "#/components/responses/Throttled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
    delete:
      tags: [keystore]
      operationId: deleteSlot
      summary: Remove a way into the keystore; never the last one that works.
      responses:
        "200":
          description: The keystore.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Keystore"}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "404": {$ref: "#/components/responses/NotFound"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "409": {$ref: "#/components/responses/Conflict"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "503": {$ref: "#/components/responses/Throttled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/keystore/backup:
    get:
      tags: [keystore]
      operationId: getBackup
      summary: One consistent copy of the keystore's file, sealed as it is.
      responses:
        "200":
          description: The file.
          content:
            application/vnd.sqlite3:
              schema: {type: string, contentEncoding: binary}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "423": {$ref: "#/components/responses/Locked"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "503": {$ref: "#/components/responses/Throttled"}
        "507": {$ref: "#/components/responses/StorageFailed"}
  /v1/openapi.yaml:
    get:
      tags: [status]
      operationId: getDescription
      summary: This description.
      responses:
        "200":
          description: This file.
          content:
            application/yaml:
              schema: {type: string}
        "400": {$ref: "#/components/responses/InvalidRequest"}
        "403": {$ref: "#/components/responses/Denied"}
        "408": {$ref: "#/components/responses/RequestTimeout"}
        "413": {$ref: "#/components/responses/BodyTooLarge"}
        "431": {$ref: "#/components/responses/HeadTooLarge"}
        "503": {$ref: "#/components/responses/Throttled"}
components:
  parameters:
    sessionName:
      name: name
      in: path
      required: true
      description: The session's name.
      schema: {$ref: "#/components/schemas/Name"}
    profileName:
      name: profile
      in: path
      required: true
      description: The profile's name.
      schema: {$ref: "#/components/schemas/Name"}
    keySource:
      name: source
      in: path
      required: true
      description: The slot's key source.
      schema: {$ref: "#/components/schemas/KeySource"}
    loginID:
      name: id
      in: path
      required: true
      description: The login's id.
      schema: {$ref: "#/components/schemas/LoginID"}
    attributeName:
      name: attribute
      in: path
      required: true
      description: The attribute's name.
      schema: {type: string, minLength: 1, maxLength: 64}
    deviceKey:
      name: key
      in: path
      required: true
      description: The device's key.
      schema: {type: string, minLength: 1, maxLength: 128}
    passkeyID:
      name: id
      in: path
      required: true
      description: The passkey's id.
      schema: {type: string, minLength: 1, maxLength: 1024}
    everywhere:
      name: everywhere
      in: query
      description: Also end the person's sessions on other machines.
      schema: {type: boolean, default: false}
    tokenType:
      name: type
      in: query
      schema: {$ref: "#/components/schemas/TokenType"}
    minTTL:
      name: min_ttl
      in: query
      description: |
        Seconds that the token shall live at least: fewer than the provider's tokens live from issue to expiry, of which
        a part has always passed.
      schema: {type: integer, minimum: 0, maximum: 31622400, default: 0}
    timeout:
      name: timeout
      in: query
      description: Seconds to wait for a refresh or for a person's login; 0 does not wait.
      schema: {type: integer, minimum: 0, maximum: 600, default: 30}
    strict:
      name: strict
      in: query
      description: Refuse rather than hand out a token that lives shorter than `min_ttl`.
      schema: {type: boolean, default: false}
    scope:
      name: scope
      in: query
      description: For OIDC sessions only.
      schema: {type: string, minLength: 1, maxLength: 1024}
    audience:
      name: audience
      in: query
      description: For OIDC sessions only.
      schema: {type: string, minLength: 1, maxLength: 1024}
    force:
      name: force
      in: query
      description: Also where the agent holds back.
      schema: {type: boolean, default: false}
    wait:
      name: wait
      in: query
      description: Seconds to wait for a step later than `after`.
      schema: {type: integer, minimum: 0, maximum: 60, default: 0}
    after:
      name: after
      in: query
      description: The step that the client has seen; left out, the one that is shown.
      schema: {type: integer, minimum: 0, maximum: 2147483647}
    journalLimit:
      name: limit
      in: query
      description: How many entries at most.
      schema: {type: integer, minimum: 1, maximum: 1000, default: 100}
    journalAfter:
      name: after
      in: query
      description: The number of the last entry that the client has.
      schema: {type: integer, minimum: 0, maximum: 9223372036854775807}
    eventSession:
      name: session
      in: query
      description: Only events of this session.
      schema: {$ref: "#/components/schemas/Name"}
    audit:
      name: audit
      in: query
      description: Also who was given which token.
      schema: {type: boolean, default: false}
    lastEventID:
      name: Last-Event-ID
      in: header
      description: The last event seen.
      schema: {type: string, minLength: 1, maxLength: 128}

  headers:
    Location:
      description: The login's path.
      required: true
      schema: {type: string, pattern: "^/v1/logins/[A-Za-z0-9_-]{22,64}$"}
    RetryAfter:
      description: The same seconds as `retry_after_seconds`.
      schema: {type: integer, minimum: 0}
    Allow:
      description: The methods that the path has.
      required: true
      schema: {type: string}

  responses:
    InvalidRequest:
      description: Malformed HTTP or JSON, an unknown member or parameter, a value out of bounds.
      content:
        application/problem+json:
          schema:
            allOf:
              - {$ref: "#/components/schemas/Problem"}
              - {properties: {status: {const: 400}, code: {enum: [invalid_request]}}}
    SignInRequired:
      description: Nobody is signed in, or the provider refused the session for good.
      content:
        application/problem+json:
          schema:
            allOf:
              - {$ref: "#/components/schemas/Problem"}
              - {properties: {status: {const: 401}, code: {enum: [sign_in_required]}}}
    Denied:
      description: A foreign `Host`, or a request made by a web page.
      content:
        application/problem+json:
          schema:
            allOf:
              - {$ref: "#/components/schemas/Problem"}
              - {properties: {status: {const: 403}, code: {enum: [denied]}}}
    NotFound:
      description: There is no such thing.
      content:
        application/problem+json:
          schema:
            allOf:
              - {$ref: "#/components/schemas/Problem"}
              - {properties: {status: {const: 404}, code: {enum: [not_found]}}}
    MethodNotAllowed:
      description: The path has no such method.
      headers:
        Allow: {$ref: "#/components/headers/Allow"}
      content:
        application/problem+json:
          schema:
            allOf:
              - {$ref: "#/components/schemas/Problem"}
              - {properties: {status: {const: 405}, code: {enum: [invalid_request]}}}
    RequestTimeout:
      description: The request was not sent within ten seconds. The connection is closed.
      content:
        application/problem+json:
          schema:
            allOf:
              - {$ref: "#/components/schemas/Problem"}
              - {properties: {status: {const: 408}, code: {enum: [invalid_request]}}}
    Conflict:
      description: Something else is in the way.
      content:
        application/problem+json:
          schema:
            allOf:
              - {$ref: "#/components/schemas/Problem"}
              - {properties: {status: {const: 409}, code: {enum: [conflict]}}}
    BodyTooLarge:
      description: A body of more than 64 KiB. The connection is closed.
      content:
        application/problem+json:
          schema:
            allOf:
              - {$ref: "#/components/schemas/Problem"}
              - {properties: {status: {const: 413}, code: {enum: [too_large]}}}
    UnsupportedMediaType:
      description: A body that is not `application/json`.
      content:
        application/problem+json:
          schema:
            allOf:
              - {$ref: "#/components/schemas/Problem"}
              - {properties: {status: {const: 415}, code: {enum: [invalid_request]}}}
    BadConfiguration:
      description: The profile can't be used; the detail names file and line.
      content:
        application/problem+json:
          schema:
            allOf:
              - {$ref: "#/components/schemas/Problem"}
              - {properties: {status: {const: 422}, code: {enum: [bad_configuration]}}}
    CredentialsRefused:
      description: The passphrase opens no slot.
      headers:
        Retry-After: {$ref: "#/components/headers/RetryAfter"}
      content:
        application/problem+json:
          schema:
            allOf:
              - {$ref: "#/components/schemas/Problem"}
              - {properties: {status: {const: 422}, code: {enum: [credentials_refused]}}}
    AccountRefused:
      description: The provider refuses what was entered, or the client; or the profile can't be used.
      headers:
        Retry-After: {$ref: "#/components/headers/RetryAfter"}
      content:
        application/problem+json:
          schema:
            allOf:
              - {$ref: "#/components/schemas/Problem"}
              - {properties: {status: {const: 422}, code: {enum: [credentials_refused, bad_configuration]}}}
    Locked:
      description: The keystore is locked, or not made yet.
      content:
        application/problem+json:
          schema:
            allOf:
              - {$ref: "#/components/schemas/Problem"}
              - {properties: {status: {const: 423}, code: {enum: [locked]}}}
    HeadTooLarge:
      description: A request head of more than 16 KiB. The connection is closed.
      content:
        application/problem+json:
          schema:
            allOf:
              - {$ref: "#/components/schemas/Problem"}
              - {properties: {status: {const: 431}, code: {enum: [too_large]}}}
    Unsupported:
      description: Not with this provider, flow or session.
      content:
        application/problem+json:
          schema:
            allOf:
              - {$ref: "#/components/schemas/Problem"}
              - {properties: {status: {const: 501}, code: {enum: [unsupported]}}}
    ProviderError:
      description: The provider refused in a way that is not for good, or that isn't known.
      headers:
        Retry-After: {$ref: "#/components/headers/RetryAfter"}
      content:
        application/problem+json:
          schema:
            allOf:
              - {$ref: "#/components/schemas/Problem"}
              - {properties: {status: {const: 502}, code: {enum: [provider_error]}}}
    Throttled:
      description: Too many connections.
      headers:
        Retry-After: {$ref: "#/components/headers/RetryAfter"}
      content:
        application/problem+json:
          schema:
            allOf:
              - {$ref: "#/components/schemas/Problem"}
              - {properties: {status: {const: 503}, code: {enum: [throttled]}}}
    OfflineOrThrottled:
      description: The provider can't be reached or doesn't work; or it, or the agent, has too much to do.
      headers:
        Retry-After: {$ref: "#/components/headers/RetryAfter"}
      content:
        application/problem+json:
          schema:
            allOf:
              - {$ref: "#/components/schemas/Problem"}
              - {properties: {status: {const: 503}, code: {enum: [offline, throttled]}}}
    StorageFailed:
      description: The disk is full, read-only or broken.
      content:
        application/problem+json:
          schema:
            allOf:
              - {$ref: "#/components/schemas/Problem"}
              - {properties: {status: {const: 507}, code: {enum: [storage_failed]}}}

  schemas:
    Journal:
      type: object
      required: [session, entries, truncated]
      additionalProperties: false
      properties:
        session: {$ref: "#/components/schemas/Name"}
        entries:
          type: array
          items: {$ref: "#/components/schemas/JournalEntry"}
        truncated: {type: boolean, description: There are or were more entries than these.}
    JournalEntry:
      type: object
      required: [seq, at, event, from, to, generation, attempt, next_attempt_at, cause, message]
      additionalProperties: false
      properties:
        seq: {type: integer, minimum: 1, description: Counts the entries of the session's name.}
        at: {$ref: "#/components/schemas/Time"}
        event:
          type: string
          enum:
            - signed_in
            - refresh_started
            - refreshed
            - refresh_failed
            - answer_lost
            - sign_in_required
            - blocked
            - signed_out
            - revoked
            - locked
            - unlocked
            - clock_corrected
            - profile_changed
            - restarted
        from: {$ref: "#/components/schemas/SessionStateOrNull"}
        to: {$ref: "#/components/schemas/SessionStateOrNull"}
        generation: {type: [integer, "null"], minimum: 1}
        attempt: {type: [integer, "null"], minimum: 1}
        next_attempt_at: {$ref: "#/components/schemas/TimeOrNull"}
        cause: {$ref: "#/components/schemas/JournalCause"}
        message: {type: string, description: All of it in a sentence.}
    JournalCause:
      type: object
      required: [kind, code, reason, http_status, provider_code, request_id, detail]
      additionalProperties: false
      properties:
        kind: {type: string, enum: [provider, network, storage, clock, user, policy, restart]}
        code: {type: [string, "null"], description: "A problem's code, or what set it off."}
        reason: {type: [string, "null"]}
        http_status: {type: [integer, "null"]}
        provider_code: {type: [string, "null"]}
        request_id: {type: [string, "null"]}
        detail: {type: [string, "null"]}
    SessionStateOrNull:
      type: [string, "null"]
      enum: [active, offline, blocked, sign_in_required, locked, null]
    Name:
      type: string
      pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
    LoginID:
      type: string
      description: 128 random bits.
      pattern: "^[A-Za-z0-9_-]{22,64}$"
    Time:
      type: string
      format: date-time
      pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
    TimeOrNull:
      type: [string, "null"]
      format: date-time
      pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
    TokenType:
      type: string
      enum: [access, id]
      default: access
    Flow:
      type: string
      enum: [srp, password, custom, custom-srp, choice, web, device, guest, admin]
    ProblemCode:
      type: string
      enum:
        - invalid_request
        - sign_in_required
        - denied
        - not_found
        - conflict
        - too_large
        - credentials_refused
        - bad_configuration
        - locked
        - offline
        - throttled
        - provider_error
        - storage_failed
        - unsupported
        - internal
    SessionReason:
      type: string
      enum:
        - refresh_token_expired
        - refresh_token_revoked
        - refresh_token_reused
        - refresh_answer_lost
        - user_disabled
        - user_deleted
        - client_removed
        - password_reset_required
        - user_not_confirmed
        - profile_changed
        - client_credentials_wrong
        - refused
    RefusalReason:
      type: string
      enum:
        - wrong_credentials
        - wrong_code
        - code_expired
        - user_disabled
        - user_not_confirmed
        - password_reset_required
        - too_many_attempts
        - password_policy
    Reason:
      anyOf:
        - {$ref: "#/components/schemas/SessionReason"}
        - {$ref: "#/components/schemas/RefusalReason"}
        - {type: "null"}

    Problem:
      type: object
      description: RFC 9457, with members of our own.
      required: [type, title, status, detail, code, retryable, retry_after_seconds, reason, session, provider]
      additionalProperties: false
      properties:
        type: {const: "about:blank"}
        title: {type: string, minLength: 1}
        status: {type: integer, minimum: 400, maximum: 599}
        detail:
          type: string
          minLength: 1
          description: What happened; then what to do.
        code: {$ref: "#/components/schemas/ProblemCode"}
        retryable: {type: boolean}
        retry_after_seconds: {type: [integer, "null"], minimum: 0}
        reason: {$ref: "#/components/schemas/Reason"}
        session:
          anyOf:
            - {$ref: "#/components/schemas/Name"}
            - {type: "null"}
        provider:
          anyOf:
            - {$ref: "#/components/schemas/ProviderAnswer"}
            - {type: "null"}
        login_id:
          description: The login that is in the way of another.
          $ref: "#/components/schemas/LoginID"
    ProviderAnswer:
      type: object
      required: [http_status, code, request_id]
      additionalProperties: false
      properties:
        http_status: {type: integer, minimum: 100, maximum: 599}
        code: {type: [string, "null"]}
        request_id: {type: [string, "null"]}

    Status:
      type: object
      required: [agent, sessions, pending, forwards]
      additionalProperties: false
      properties:
        agent: {$ref: "#/components/schemas/Agent"}
        sessions:
          type: array
          items: {$ref: "#/components/schemas/Session"}
        pending:
          type: array
          items: {$ref: "#/components/schemas/Pending"}
        forwards:
          type: array
          maxItems: 0
    Agent:
      type: object
      required: [version, pid, uptime_seconds, socket, network, keystore]
      additionalProperties: false
      properties:
        version: {type: string, minLength: 1}
        pid: {type: integer, minimum: 1}
        uptime_seconds: {type: integer, minimum: 0}
        socket: {type: string, minLength: 1}
        network: {enum: [online, offline, unknown]}
        keystore:
          type: object
          required: [state, key_source]
          additionalProperties: false
          properties:
            state: {$ref: "#/components/schemas/KeystoreState"}
            key_source: {$ref: "#/components/schemas/KeySourceOrNull"}
    SessionList:
      type: object
      required: [sessions]
      additionalProperties: false
      properties:
        sessions:
          type: array
          items: {$ref: "#/components/schemas/Session"}
    Session:
      type: object
      description: What is sealed is null while the keystore is locked.
      required:
        - name
        - profile
        - provider
        - issuer
        - subject
        - username
        - scopes
        - state
        - reason
        - generation
        - access_token_expires_at
        - id_token_expires_at
        - refresh_token_expires_at
        - signed_in_at
        - last_refresh_at
        - next_refresh_at
        - last_error
        - clock_skew_seconds
      additionalProperties: false
      properties:
        name: {$ref: "#/components/schemas/Name"}
        profile: {$ref: "#/components/schemas/Name"}
        provider: {enum: [cognito, oidc]}
        issuer: {type: string, minLength: 1}
        subject: {type: [string, "null"]}
        username: {type: [string, "null"]}
        scopes:
          type: array
          items: {type: string}
        state: {enum: [active, offline, blocked, sign_in_required, locked]}
        reason:
          anyOf:
            - {$ref: "#/components/schemas/SessionReason"}
            - {type: "null"}
        generation: {type: integer, minimum: 1}
        access_token_expires_at: {$ref: "#/components/schemas/TimeOrNull"}
        id_token_expires_at: {$ref: "#/components/schemas/TimeOrNull"}
        refresh_token_expires_at: {$ref: "#/components/schemas/TimeOrNull"}
        signed_in_at: {$ref: "#/components/schemas/TimeOrNull"}
        last_refresh_at: {$ref: "#/components/schemas/TimeOrNull"}
        next_refresh_at: {$ref: "#/components/schemas/TimeOrNull"}
        last_error: {$ref: "#/components/schemas/LastErrorOrNull"}
        clock_skew_seconds:
          type: integer
          description: How far the provider's clock, by which tokens expire, is ahead of this machine's.
    LastErrorOrNull:
      anyOf:
        - {$ref: "#/components/schemas/LastError"}
        - {type: "null"}
    LastError:
      type: object
      required: [code, message, at, retryable]
      additionalProperties: false
      properties:
        code: {$ref: "#/components/schemas/ProblemCode"}
        message: {type: string, minLength: 1}
        at: {$ref: "#/components/schemas/Time"}
        retryable: {type: boolean}
    Pending:
      type: object
      description: An order to revoke a refresh token that the provider hasn't taken yet.
      required: [action, session, issuer, attempts, next_attempt_at, gives_up_at, last_error]
      additionalProperties: false
      properties:
        action: {const: revoke}
        session: {$ref: "#/components/schemas/Name"}
        issuer: {type: string, minLength: 1}
        attempts: {type: integer, minimum: 0}
        next_attempt_at: {$ref: "#/components/schemas/TimeOrNull"}
        gives_up_at: {$ref: "#/components/schemas/Time"}
        last_error: {$ref: "#/components/schemas/LastErrorOrNull"}

    TokenAnswer:
      type: object
      required: [token, token_type, type, expires_at, expires_in, generation, session, stale]
      additionalProperties: false
      properties:
        token: {type: string, minLength: 1}
        token_type: {const: Bearer}
        type: {enum: [access, id]}
        expires_at: {$ref: "#/components/schemas/Time"}
        expires_in: {type: integer, minimum: 1}
        generation: {type: integer, minimum: 1}
        session: {$ref: "#/components/schemas/Name"}
        stale: {type: boolean}
    ClaimsAnswer:
      type: object
      required: [session, type, claims, expires_at, expired, generation]
      additionalProperties: false
      properties:
        session: {$ref: "#/components/schemas/Name"}
        type: {enum: [access, id]}
        claims:
          type: object
          description: As the provider wrote them.
          required: [iss, sub, exp, iat]
          additionalProperties: true
        expires_at: {$ref: "#/components/schemas/Time"}
        expired: {type: boolean}
        generation: {type: integer, minimum: 1}
    SignedOut:
      type: object
      required: [session, revocation, everywhere]
      additionalProperties: false
      properties:
        session: {$ref: "#/components/schemas/Name"}
        revocation: {enum: [done, queued, unsupported, none]}
        everywhere: {enum: [done, not_done, null]}

    LoginRequest:
      type: object
      required: [profile]
      additionalProperties: false
      properties:
        profile: {$ref: "#/components/schemas/Name"}
        session:
          description: Its name; the profile's where left out.
          anyOf:
            - {$ref: "#/components/schemas/Name"}
            - {type: "null"}
        flow:
          anyOf:
            - {$ref: "#/components/schemas/Flow"}
            - {type: "null"}
        username: {type: [string, "null"], minLength: 1, maxLength: 256}
        preferred_challenge: {type: [string, "null"], maxLength: 64}
        identity_provider: {type: [string, "null"], maxLength: 256}
        idp_identifier: {type: [string, "null"], maxLength: 256}
        login_hint: {type: [string, "null"], maxLength: 256}
        lang: {type: [string, "null"], maxLength: 64}
        browser: {enum: [loopback, manual, null]}
        replace: {type: boolean, default: false}
        client_metadata:
          type: object
          additionalProperties: {type: string}
        aws_credentials:
          description: An administrator's, with the flow `admin` and no other; used for this login and never stored.
          anyOf:
            - type: object
              required: [access_key_id, secret_access_key]
              additionalProperties: false
              properties:
                access_key_id: {type: string, minLength: 1, maxLength: 128}
                secret_access_key: {type: string, minLength: 1, maxLength: 256}
                session_token: {type: [string, "null"], minLength: 1, maxLength: 8192}
            - {type: "null"}
    LoginAnswer:
      type: object
      required: [step]
      additionalProperties: false
      properties:
        step: {type: integer, minimum: 1}
        value: {type: string, maxLength: 32768}
        attributes:
          description: With a new password.
          type: object
          additionalProperties: {type: string}
        device_name: {type: string, maxLength: 256}
        resend:
          description: Send the code again, instead of `value`.
          type: boolean
    Login:
      type: object
      required: [id, profile, session, flow, created_at, expires_at, step]
      additionalProperties: false
      properties:
        id: {$ref: "#/components/schemas/LoginID"}
        profile: {$ref: "#/components/schemas/Name"}
        session: {$ref: "#/components/schemas/Name"}
        flow: {$ref: "#/components/schemas/Flow"}
        created_at: {$ref: "#/components/schemas/Time"}
        expires_at: {$ref: "#/components/schemas/Time"}
        step: {$ref: "#/components/schemas/Step"}
    Step:
      oneOf:
        - {$ref: "#/components/schemas/StepPlain"}
        - {$ref: "#/components/schemas/StepNewPassword"}
        - {$ref: "#/components/schemas/StepTOTP"}
        - {$ref: "#/components/schemas/StepSentCode"}
        - {$ref: "#/components/schemas/StepSelect"}
        - {$ref: "#/components/schemas/StepCustom"}
        - {$ref: "#/components/schemas/StepMFASetup"}
        - {$ref: "#/components/schemas/StepDone"}
        - {$ref: "#/components/schemas/StepFailed"}
    StepPlain:
      type: object
      required: [number, kind, error]
      additionalProperties: false
      properties:
        number: {type: integer, minimum: 1}
        kind: {enum: [username, password]}
        error: {$ref: "#/components/schemas/StepError"}
    StepNewPassword:
      type: object
      required: [number, kind, error, required_attributes, policy]
      additionalProperties: false
      properties:
        number: {type: integer, minimum: 1}
        kind: {const: new_password}
        error: {$ref: "#/components/schemas/StepError"}
        required_attributes:
          type: array
          items: {type: string}
        policy: {type: [string, "null"]}
    StepTOTP:
      type: object
      required: [number, kind, error, device_name]
      additionalProperties: false
      properties:
        number: {type: integer, minimum: 1}
        kind: {const: totp_code}
        error: {$ref: "#/components/schemas/StepError"}
        device_name: {type: [string, "null"]}
    StepSentCode:
      description: |
        A code that the provider sent. Instead of an answer it can be sent again (`resend`). With the reason
        `user_not_confirmed` or `password_reset_required` in `error` it mends the account on the way.
      type: object
      required: [number, kind, error, destination]
      additionalProperties: false
      properties:
        number: {type: integer, minimum: 1}
        kind: {enum: [sms_code, email_code]}
        error: {$ref: "#/components/schemas/StepError"}
        destination:
          description: Masked; null where nothing says where it went.
          type: [string, "null"]
    StepSelect:
      type: object
      required: [number, kind, error, options]
      additionalProperties: false
      properties:
        number: {type: integer, minimum: 1}
        kind: {enum: [select_mfa, select_challenge]}
        error: {$ref: "#/components/schemas/StepError"}
        options:
          description: The answer is one of them.
          type: array
          minItems: 1
          items: {type: string}
    StepCustom:
      description: A question of the pool's own.
      type: object
      required: [number, kind, error, parameters]
      additionalProperties: false
      properties:
        number: {type: integer, minimum: 1}
        kind: {const: custom}
        error: {$ref: "#/components/schemas/StepError"}
        parameters:
          type: object
          additionalProperties: {type: string}
    StepMFASetup:
      type: object
      required: [number, kind, error, secret, otpauth_uri]
      additionalProperties: false
      properties:
        number: {type: integer, minimum: 1}
        kind: {const: mfa_setup}
        error: {$ref: "#/components/schemas/StepError"}
        secret:
          type: string
          description: In base32; empty once a code was given.
        otpauth_uri: {type: string}
    StepDone:
      type: object
      required: [number, kind, error, session]
      additionalProperties: false
      properties:
        number: {type: integer, minimum: 1}
        kind: {const: done}
        error: {type: "null"}
        session: {$ref: "#/components/schemas/Session"}
        device_to_remember:
          type: string
          minLength: 1
          maxLength: 128
          description: >-
            Only where the pool has a new device confirmed and leaves it to the person whether it is remembered: the
            device's key. Until `PUT …/account/devices/{key}` says so, it is not.
    StepFailed:
      type: object
      required: [number, kind, error, problem]
      additionalProperties: false
      properties:
        number: {type: integer, minimum: 1}
        kind: {const: failed}
        error: {type: "null"}
        problem: {$ref: "#/components/schemas/Problem"}
    StepError:
      description: Why the answer before was refused.
      anyOf:
        - type: object
          required: [code, reason, message, attempts_left]
          additionalProperties: false
          properties:
            code: {const: credentials_refused}
            reason: {$ref: "#/components/schemas/RefusalReason"}
            message: {type: string, minLength: 1}
            attempts_left: {type: [integer, "null"], minimum: 0}
        - {type: "null"}

    ProfileList:
      type: object
      required: [profiles]
      additionalProperties: false
      properties:
        profiles:
          type: array
          items:
            oneOf:
              - {$ref: "#/components/schemas/Profile"}
              - {$ref: "#/components/schemas/BadProfile"}
    BadProfile:
      type: object
      description: A profile whose file can't be used.
      required: [name, source, error]
      additionalProperties: false
      properties:
        name: {$ref: "#/components/schemas/Name"}
        source: {enum: [user, system]}
        has_client_secret: {type: boolean}
        error:
          type: string
          minLength: 1
          description: Why, with file and line.
    ProfileKeys:
      type: object
      description: The keys of a profile's file.
      required: [provider, client_id]
      properties:
        provider: {enum: [cognito, oidc]}
        refresh: {enum: [proactive, on-demand]}
        ca_file: {type: string, maxLength: 4096}
        refresh_token_days: {type: integer, minimum: 0, maximum: 1000000}
        rotation_grace_seconds: {type: integer, minimum: 0, maximum: 1000000}
        git_hosts: {$ref: "#/components/schemas/Strings"}
        docker_hosts: {$ref: "#/components/schemas/Strings"}
        user_pool_id: {type: string, pattern: "^[A-Za-z0-9_-]+_[0-9A-Za-z]+$", maxLength: 55}
        issuer: {type: string, maxLength: 2048}
        client_id: {type: string, minLength: 1, maxLength: 128}
        region: {type: string, maxLength: 64}
        endpoint: {type: string, maxLength: 2048}
        domain: {type: string, maxLength: 2048}
        scopes: {$ref: "#/components/schemas/Strings"}
        audience: {type: string, maxLength: 2048}
        redirect_uris: {$ref: "#/components/schemas/Strings"}
        logout_uri: {type: string, maxLength: 2048}
        auth_flow: {$ref: "#/components/schemas/Flow"}
        identity_provider: {type: string, maxLength: 256}
        idp_identifier: {type: string, maxLength: 256}
        lang: {type: string, maxLength: 64}
        token_endpoint_auth_method: {enum: [none, client_secret_basic, client_secret_post, private_key_jwt]}
        client_key_file: {type: string, maxLength: 4096}
        dpop: {type: boolean}
        login_hint: {type: string, maxLength: 256}
        identity_pool_id: {type: string, maxLength: 128}
        identity_endpoint: {type: string, maxLength: 2048}
        sts_endpoint: {type: string, maxLength: 2048}
        role_arn: {type: string, maxLength: 2048}
        aws_flow: {enum: [enhanced, classic]}
        aws_region: {type: string, maxLength: 64}
        logins_key: {type: string, maxLength: 2048}
        access: {$ref: "#/components/schemas/Access"}
    Profile:
      allOf: [{$ref: "#/components/schemas/ProfileKeys"}]
      type: object
      required: [name, source, has_client_secret]
      unevaluatedProperties: false
      properties:
        name: {$ref: "#/components/schemas/Name"}
        source: {enum: [user, system]}
        has_client_secret: {type: boolean}
        password_rules:
          type: string
          minLength: 1
          description: >-
            What the user pool has said of passwords that it refused, for a person who chooses one; only where it has.
    ProfileRequest:
      allOf: [{$ref: "#/components/schemas/ProfileKeys"}]
      type: object
      description: The keys of the file to be. What is read-only may be given, so that what was read can be put back.
      unevaluatedProperties: false
      properties:
        name: {$ref: "#/components/schemas/Name"}
        source: {enum: [user, system]}
        has_client_secret: {type: boolean}
        error: {type: "null"}
        password_rules: {type: [string, "null"]}
        client_secret:
          type: [string, "null"]
          maxLength: 1024
          description: Never given back; null removes the one that is kept.
    Strings:
      type: array
      maxItems: 100
      items: {type: string, maxLength: 2048}
    Access:
      type: object
      description: Who may have the tokens. Read and shown, not enforced yet.
      additionalProperties: false
      properties:
        allow: {$ref: "#/components/schemas/Strings"}
        confirm: {type: boolean}
        tokens:
          type: array
          items: {enum: [access, id]}
        max_ttl: {type: integer, minimum: 0, maximum: 1000000}

    Username:
      type: string
      minLength: 1
      maxLength: 256
    NewPassword:
      type: string
      minLength: 1
      maxLength: 4096
      description: At most 4096 bytes.
    Code:
      type: string
      minLength: 1
      maxLength: 2048
    AttributeMap:
      type: object
      maxProperties: 100
      additionalProperties: {type: string, maxLength: 4096}
    SignUpRequest:
      type: object
      required: [username]
      additionalProperties: false
      properties:
        username: {$ref: "#/components/schemas/Username"}
        password:
          description: Left out for pools that sign in by codes alone.
          $ref: "#/components/schemas/NewPassword"
        attributes: {$ref: "#/components/schemas/AttributeMap"}
    UsernameRequest:
      type: object
      required: [username]
      additionalProperties: false
      properties:
        username: {$ref: "#/components/schemas/Username"}
    ConfirmRequest:
      type: object
      required: [username, code]
      additionalProperties: false
      properties:
        username: {$ref: "#/components/schemas/Username"}
        code: {$ref: "#/components/schemas/Code"}
    ResetPasswordRequest:
      type: object
      required: [username, code, new_password]
      additionalProperties: false
      properties:
        username: {$ref: "#/components/schemas/Username"}
        code: {$ref: "#/components/schemas/Code"}
        new_password: {$ref: "#/components/schemas/NewPassword"}
    ChangePasswordRequest:
      type: object
      required: [new_password]
      additionalProperties: false
      properties:
        old_password:
          description: Left out for an account without one.
          $ref: "#/components/schemas/NewPassword"
        new_password: {$ref: "#/components/schemas/NewPassword"}
    AttributeChanges:
      type: object
      description: At least one change; nothing in both.
      additionalProperties: false
      properties:
        set: {$ref: "#/components/schemas/AttributeMap"}
        remove:
          type: array
          maxItems: 100
          items: {type: string, minLength: 1, maxLength: 64}
    CodeRequest:
      type: object
      required: [code]
      additionalProperties: false
      properties:
        code: {$ref: "#/components/schemas/Code"}
    TOTPCodeRequest:
      type: object
      required: [code]
      additionalProperties: false
      properties:
        code: {$ref: "#/components/schemas/Code"}
        device_name: {type: string, minLength: 1, maxLength: 256}
    MFARequest:
      type: object
      description: The factors to use from now on; the preferred one is one of them.
      required: [methods]
      additionalProperties: false
      properties:
        methods:
          type: array
          uniqueItems: true
          items: {enum: [SOFTWARE_TOKEN_MFA, SMS_MFA, EMAIL_OTP]}
        preferred: {enum: [SOFTWARE_TOKEN_MFA, SMS_MFA, EMAIL_OTP, null]}
    DeviceRequest:
      type: object
      required: [remembered]
      additionalProperties: false
      properties:
        remembered: {type: boolean}
    Nothing:
      type: object
      additionalProperties: false
    CodeDelivery:
      type: object
      description: Where a code went; the address is masked by the pool.
      required: [medium, destination, attribute]
      additionalProperties: false
      properties:
        medium: {enum: [EMAIL, SMS]}
        destination: {type: string, minLength: 1}
        attribute: {type: [string, "null"]}
    CodeDeliveryOrNull:
      anyOf:
        - {$ref: "#/components/schemas/CodeDelivery"}
        - {type: "null"}
    SignedUp:
      type: object
      required: [confirmed, sub, delivery]
      additionalProperties: false
      properties:
        confirmed: {type: boolean}
        sub: {type: [string, "null"]}
        delivery: {$ref: "#/components/schemas/CodeDeliveryOrNull"}
    Delivery:
      type: object
      required: [delivery]
      additionalProperties: false
      properties:
        delivery: {$ref: "#/components/schemas/CodeDeliveryOrNull"}
    Deliveries:
      type: object
      required: [deliveries]
      additionalProperties: false
      properties:
        deliveries:
          type: array
          items: {$ref: "#/components/schemas/CodeDelivery"}
    Account:
      type: object
      required: [username, attributes, mfa]
      additionalProperties: false
      properties:
        username: {type: string, minLength: 1}
        attributes:
          type: object
          additionalProperties: {type: string}
        mfa: {$ref: "#/components/schemas/MFA"}
    MFA:
      type: object
      required: [methods, preferred]
      additionalProperties: false
      properties:
        methods:
          type: array
          items: {type: string}
        preferred: {type: [string, "null"]}
    TOTPEnrolment:
      type: object
      required: [secret, otpauth_uri]
      additionalProperties: false
      properties:
        secret:
          type: string
          minLength: 1
          description: In base32.
        otpauth_uri: {type: string, pattern: "^otpauth://totp/"}
    DeviceList:
      type: object
      required: [devices]
      additionalProperties: false
      properties:
        devices:
          type: array
          items:
            type: object
            required: [key, name, created_at, last_used_at, current]
            additionalProperties: false
            properties:
              key: {type: string, minLength: 1}
              name: {type: [string, "null"]}
              created_at: {$ref: "#/components/schemas/TimeOrNull"}
              last_used_at: {$ref: "#/components/schemas/TimeOrNull"}
              current: {type: boolean}
    PasskeyList:
      type: object
      required: [passkeys]
      additionalProperties: false
      properties:
        passkeys:
          type: array
          items:
            type: object
            required: [id, name, created_at]
            additionalProperties: false
            properties:
              id: {type: string, minLength: 1}
              name: {type: [string, "null"]}
              created_at: {$ref: "#/components/schemas/TimeOrNull"}

    KeystoreState:
      type: string
      enum: [unlocked, locked, uninitialized, unavailable, damaged]
    KeySource:
      type: string
      enum: [secret-service, passphrase, systemd-credential, tpm2, keyfile]
    KeySourceOrNull:
      anyOf:
        - {$ref: "#/components/schemas/KeySource"}
        - {type: "null"}
    UnlockRequest:
      type: object
      additionalProperties: false
      properties:
        passphrase: {type: string, minLength: 1, maxLength: 4096}
        pin: {type: string, minLength: 1, maxLength: 32}
        pinentry: {$ref: "#/components/schemas/PinentryPlace"}
      not:
        anyOf:
          - required: [passphrase, pinentry]
          - required: [passphrase, pin]
          - required: [pin, pinentry]
    PinentryPlace:
      type: object
      description: |
        What the asker knows of its display and terminal. With neither `display`, `wayland_display` nor `ttyname` there
        is nothing to ask on (`denied`).
      additionalProperties: false
      properties:
        display: {type: string, minLength: 1, maxLength: 512}
        wayland_display: {type: string, minLength: 1, maxLength: 512}
        xauthority: {type: string, minLength: 1, maxLength: 512}
        ttyname: {type: string, minLength: 1, maxLength: 512, pattern: "^/dev/"}
        ttytype: {type: string, minLength: 1, maxLength: 512}
        lc_ctype: {type: string, minLength: 1, maxLength: 512}
    RekeyRequest:
      type: object
      additionalProperties: false
      properties:
        passphrase: {type: string, minLength: 1, maxLength: 4096}
        pin: {type: string, minLength: 1, maxLength: 32}
    SlotRequest:
      type: object
      additionalProperties: false
      properties:
        passphrase: {type: string, minLength: 1, maxLength: 4096}
        path: {type: string, minLength: 2, maxLength: 4096}
        name: {type: string, minLength: 1, maxLength: 255}
        pin: {type: [string, "null"], minLength: 1, maxLength: 32}
    Keystore:
      type: object
      required: [state, key_source, path, schema, last_error, slots]
      additionalProperties: false
      properties:
        state: {$ref: "#/components/schemas/KeystoreState"}
        key_source: {$ref: "#/components/schemas/KeySourceOrNull"}
        path: {type: string, minLength: 1}
        schema: {type: [integer, "null"], minimum: 1}
        last_error: {$ref: "#/components/schemas/LastErrorOrNull"}
        slots:
          type: array
          items:
            type: object
            required: [source, created_at, state, asks, detail]
            additionalProperties: false
            properties:
              source: {$ref: "#/components/schemas/KeySource"}
              created_at: {$ref: "#/components/schemas/Time"}
              state: {enum: [ok, locked, unavailable]}
              asks:
                enum: [passphrase, pin, null]
                description: What a person must give for it.
              detail: {type: [string, "null"]}
    KeystoreCheck:
      type: object
      required: [rows, findings]
      additionalProperties: false
      properties:
        rows: {type: [integer, "null"], minimum: 0, description: "Null where only the file was looked at."}
        findings:
          type: array
          items:
            type: object
            required: [subject, detail]
            additionalProperties: false
            properties:
              subject: {type: string, minLength: 1}
              detail: {type: string, minLength: 1}

    Event:
      oneOf:
        - {$ref: "#/components/schemas/SnapshotEvent"}
        - {$ref: "#/components/schemas/ResetEvent"}
        - {$ref: "#/components/schemas/TokensEvent"}
        - {$ref: "#/components/schemas/SessionEvent"}
        - {$ref: "#/components/schemas/TroubleEvent"}
        - {$ref: "#/components/schemas/RevocationEvent"}
        - {$ref: "#/components/schemas/KeystoreEvent"}
        - {$ref: "#/components/schemas/NetworkEvent"}
        - {$ref: "#/components/schemas/ProfileEvent"}
        - {$ref: "#/components/schemas/LoginEvent"}
        - {$ref: "#/components/schemas/TokenUsedEvent"}
    SnapshotEvent:
      type: object
      required: [id, event, at, status]
      additionalProperties: false
      properties:
        id: {type: string, minLength: 1, maxLength: 128}
        event: {const: snapshot}
        at: {$ref: "#/components/schemas/Time"}
        status: {$ref: "#/components/schemas/Status"}
    ResetEvent:
      type: object
      required: [id, event, at]
      additionalProperties: false
      properties:
        id: {type: string, minLength: 1, maxLength: 128}
        event: {const: reset}
        at: {$ref: "#/components/schemas/Time"}
    TokensEvent:
      type: object
      required: [id, event, at, session, generation, expires_at]
      additionalProperties: false
      properties:
        id: {type: string, minLength: 1, maxLength: 128}
        event: {enum: [session.created, session.refreshed]}
        at: {$ref: "#/components/schemas/Time"}
        session: {$ref: "#/components/schemas/Name"}
        generation: {type: integer, minimum: 1}
        expires_at: {$ref: "#/components/schemas/Time"}
    SessionEvent:
      type: object
      required: [id, event, at, session]
      additionalProperties: false
      properties:
        id: {type: string, minLength: 1, maxLength: 128}
        event: {enum: [session.online, session.removed]}
        at: {$ref: "#/components/schemas/Time"}
        session: {$ref: "#/components/schemas/Name"}
    TroubleEvent:
      type: object
      required: [id, event, at, session, reason, code, message]
      additionalProperties: false
      properties:
        id: {type: string, minLength: 1, maxLength: 128}
        event: {enum: [session.offline, session.blocked, session.sign_in_required]}
        at: {$ref: "#/components/schemas/Time"}
        session: {$ref: "#/components/schemas/Name"}
        reason:
          anyOf:
            - {$ref: "#/components/schemas/SessionReason"}
            - {type: "null"}
        code: {$ref: "#/components/schemas/ProblemCode"}
        message: {type: string, minLength: 1}
    RevocationEvent:
      type: object
      required: [id, event, at, session, issuer]
      additionalProperties: false
      properties:
        id: {type: string, minLength: 1, maxLength: 128}
        event: {enum: [revocation.done, revocation.given_up]}
        at: {$ref: "#/components/schemas/Time"}
        session: {$ref: "#/components/schemas/Name"}
        issuer: {type: string, minLength: 1}
    KeystoreEvent:
      type: object
      required: [id, event, at]
      additionalProperties: false
      properties:
        id: {type: string, minLength: 1, maxLength: 128}
        event: {enum: [keystore.locked, keystore.unlocked]}
        at: {$ref: "#/components/schemas/Time"}
    NetworkEvent:
      type: object
      required: [id, event, at, network]
      additionalProperties: false
      properties:
        id: {type: string, minLength: 1, maxLength: 128}
        event: {const: network.changed}
        at: {$ref: "#/components/schemas/Time"}
        network: {enum: [online, offline, unknown]}
    ProfileEvent:
      type: object
      required: [id, event, at, profile]
      additionalProperties: false
      properties:
        id: {type: string, minLength: 1, maxLength: 128}
        event: {const: profile.changed}
        at: {$ref: "#/components/schemas/Time"}
        profile: {$ref: "#/components/schemas/Name"}
    LoginEvent:
      type: object
      required: [id, event, at, login, session, kind]
      additionalProperties: false
      properties:
        id: {type: string, minLength: 1, maxLength: 128}
        event: {const: login.step}
        at: {$ref: "#/components/schemas/Time"}
        login: {$ref: "#/components/schemas/LoginID"}
        session: {$ref: "#/components/schemas/Name"}
        kind:
          enum:
            - username
            - password
            - new_password
            - totp_code
            - sms_code
            - email_code
            - select_mfa
            - select_challenge
            - custom
            - mfa_setup
            - done
            - failed
    TokenUsedEvent:
      type: object
      description: With `audit` only; one for each peer process, session and type in ten seconds.
      required: [id, event, at, session, type, count, peer, forward, decision]
      additionalProperties: false
      properties:
        id: {type: string, minLength: 1, maxLength: 128}
        event: {const: token.used}
        at: {$ref: "#/components/schemas/Time"}
        session: {$ref: "#/components/schemas/Name"}
        type: {enum: [access, id]}
        count: {type: integer, minimum: 1}
        peer:
          type: object
          required: [pid, exe, unit]
          additionalProperties: false
          properties:
            pid: {type: integer, minimum: 1}
            exe: {type: [string, "null"]}
            unit: {type: [string, "null"]}
        forward: {type: "null"}
        decision: {type: string}

"""##
}
