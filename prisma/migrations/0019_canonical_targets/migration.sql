-- What an import linked and nothing was sent to since, is not waiting (see 0016).
UPDATE user_links SET state = 'unmanaged'
WHERE state = 'pending' AND taken_over AND last_sent IS NULL AND remote_id IS NOT NULL;

-- Targets of mappings in the one writing in which they are stored from now on (lib/mappings/target.ts): names of RFC 7643 in
-- its case, no prefix of a core schema, no spaces, "emails.value" for "emails: value".
CREATE FUNCTION pg_temp.known_name(name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(
    (SELECT known FROM regexp_split_to_table(
      'id externalId meta schemas userName name formatted familyName givenName middleName honorificPrefix honorificSuffix '
      'displayName nickName profileUrl title userType preferredLanguage locale timezone active password emails phoneNumbers '
      'ims photos addresses groups entitlements roles x509Certificates members value display type primary streetAddress '
      'locality region postalCode country $ref employeeNumber costCenter organization division department manager managerId',
      ' ') AS known WHERE lower(known) = lower(name)),
    name)
$$;

CREATE FUNCTION pg_temp.canonical_target(target text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  enterprise constant text := 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:';
  rest text := regexp_replace(btrim(target), '^urn:ietf:params:scim:schemas:core:2\.0:(User|Group):', '', 'i');
  schema text := '';
  parts text[];
BEGIN
  -- The attribute follows the last colon before a filter.
  parts := regexp_match(rest, '^(urn:[^\[]*:)(.+)$', 'i');
  IF parts IS NOT NULL THEN
    schema := CASE WHEN lower(parts[1]) = lower(enterprise) THEN enterprise ELSE parts[1] END;
    rest := parts[2];
  END IF;
  parts := regexp_match(rest,
    '^([A-Za-z][\w-]*)(?:\[\s*([A-Za-z$][\w-]*)\s+eq\s+("[^"]*"|[^\s\]"]+)\s*\])?(?:(?:\.|\s*:\s*)([A-Za-z$][\w-]*))?$');
  -- No path: its row says so.
  IF parts IS NULL THEN
    RETURN target;
  END IF;
  rest := schema || pg_temp.known_name(parts[1])
    || CASE WHEN parts[2] IS NULL THEN '' ELSE format('[%s eq %s]', pg_temp.known_name(parts[2]), parts[3]) END
    || CASE WHEN parts[4] IS NULL THEN '' ELSE '.' || pg_temp.known_name(parts[4]) END;
  RETURN CASE WHEN rest = enterprise || 'manager.value' THEN enterprise || 'manager' ELSE rest END;
END
$$;

-- Two rows that come to be the same stay apart: the first has the target, and the editor says at the other one that it is
-- mapped twice. Only rows that were written by hand can be.
UPDATE attribute_mappings m SET target = c.canonical
FROM (
  SELECT id, canonical, row_number() OVER (
    PARTITION BY application_id, object_type, canonical ORDER BY (target = canonical) DESC, position, id) AS place
  FROM (SELECT *, pg_temp.canonical_target(target) AS canonical FROM attribute_mappings) named) c
WHERE m.id = c.id AND c.place = 1 AND m.target <> c.canonical;

DROP FUNCTION pg_temp.canonical_target(text);
DROP FUNCTION pg_temp.known_name(text);
