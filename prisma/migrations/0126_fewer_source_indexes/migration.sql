-- Names are found by users_by_username and users_by_email whoever owns the person: a second index of each only costs writing.
DROP INDEX "users_of_source_by_username_idx";
DROP INDEX "users_of_source_by_email_idx";
