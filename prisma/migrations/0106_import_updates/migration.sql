-- An account is linked to a person who is there, and the application's values become the person's. In a migration of its own: a new value of a
-- type is used by none of the statements that add it.
ALTER TYPE "import_decision" ADD VALUE 'update';
