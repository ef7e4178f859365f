-- What an import linked is looked at before it is said that it is not managed: two states of their own.
ALTER TYPE link_state RENAME VALUE 'unmanaged' TO 'not_managed';
ALTER TYPE link_state ADD VALUE 'imported';
