-- What the metadata of a service provider asks for, as it was read last: formats of NameID and attributes (lib/sso/sign-in-test).
ALTER TABLE sp_metadata_sources ADD COLUMN asks jsonb;
