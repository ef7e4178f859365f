#!/usr/bin/env bash
# Connects Egnyte by the HTTP API, from nothing to an account over there: the eight calls of docs/api.md, for demos.
# A test keeps the two the same. Needs curl 7.82 or newer, and jq.
#
#   TOKEN=$(npm run --silent token -- --role administrator) EGNYTE_KEY=<key of the sandbox> scripts/connect-egnyte.sh
set -euo pipefail

: "${TOKEN:?a token of the API: npm run --silent token -- --role administrator}"
: "${EGNYTE_KEY:?an API key of Egnyte; in the sandbox: Menu, API key, Get API Key}"
export LATCHKEY=${LATCHKEY:-http://localhost:3000/api/v1}
export SUBDOMAIN=${SUBDOMAIN:-acmeusw}
export SCIM=${SCIM:-http://localhost:4000/egnyte/$SUBDOMAIN/pubapi/scim/v2}

printf '\n%s\n' "1. The application, from the template, with its placeholder"
curl -sS --fail-with-body -H "Authorization: Bearer $TOKEN" --json '{"templateId": "egnyte",
  "displayLabel": "Egnyte by API", "slug": "egnyte-by-api", "placeholders": {"SUBDOMAIN": "'"$SUBDOMAIN"'"}}' \
  "$LATCHKEY/applications"

printf '\n%s\n' "2. SSO"
curl -sS --fail-with-body -H "Authorization: Bearer $TOKEN" -H 'If-Match: *' -X PATCH \
  --json '{"activation": "activate"}' "$LATCHKEY/applications/egnyte-by-api/sso"

printf '\n%s\n' "3. A person"
USER_ID=$(curl -sS --fail-with-body -H "Authorization: Bearer $TOKEN" --json '{"username": "api.person",
  "email": "api.person@acme.example", "firstname": "Api", "lastname": "Person", "sendActivation": false}' \
  "$LATCHKEY/users" | jq -r .id)

printf '\n%s\n' "4. A user group"
GROUP_ID=$(curl -sS --fail-with-body -H "Authorization: Bearer $TOKEN" --json '{"name": "Egnyte by API"}' \
  "$LATCHKEY/groups" | jq -r .id)

printf '\n%s\n' "5. The person becomes a member"
curl -sS --fail-with-body -H "Authorization: Bearer $TOKEN" --json '{"add": ["'"$USER_ID"'"]}' \
  "$LATCHKEY/groups/$GROUP_ID/members"

printf '\n%s\n' "6. The group is let in to Egnyte: that grants sign-in, and scope for provisioning"
curl -sS --fail-with-body -H "Authorization: Bearer $TOKEN" --json '{"add": ["'"$GROUP_ID"'"]}' \
  "$LATCHKEY/applications/egnyte-by-api/groups"

printf '\n%s\n' "7. Identity Management: the connection is tested, saved, and the first cycle starts"
curl -sS --fail-with-body -H "Authorization: Bearer $TOKEN" --json '{"baseUrl": "'"$SCIM"'",
  "authentication": {"kind": "bearer", "secret": "'"$EGNYTE_KEY"'"}, "manageGroups": true}' \
  "$LATCHKEY/applications/egnyte-by-api/identity-management/activate"

printf '\n%s\n' "8. Wait until the account is there"
until curl -sS --fail-with-body -H "Authorization: Bearer $TOKEN" \
  "$LATCHKEY/applications/egnyte-by-api/assignments/$USER_ID" | jq -e '.link.state == "provisioned"'; do
  sleep 1
done
