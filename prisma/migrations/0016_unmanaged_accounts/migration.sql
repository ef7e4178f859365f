-- An account that an import linked, of a person who was not in scope since, has a state of its own: it was shown as waiting.
-- Rows are moved by a later migration: a new value cannot be used in the transaction that adds it.
ALTER TYPE "link_state" ADD VALUE 'unmanaged';
