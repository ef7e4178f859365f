-- Of an application: at most one certificate that is announced, and at most one that was in use before.
CREATE UNIQUE INDEX idp_keys_one_next ON idp_keys (application_id) WHERE state = 'next';
CREATE UNIQUE INDEX idp_keys_one_retired ON idp_keys (application_id) WHERE state = 'retired';

-- The last warning of its end: its end and the days before it.
ALTER TABLE idp_keys ADD COLUMN warned text;

-- When somebody last read the metadata at its address: whether the service provider can know of the next certificate.
ALTER TABLE sso_settings ADD COLUMN metadata_read_at timestamptz(3);
