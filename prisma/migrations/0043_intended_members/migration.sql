-- Accounts that an attempt puts into a group, by their ids over there, as long as nobody knows what became of it: when its answer is
-- lost, those of them who are members by now are ours, whoever has left meanwhile.
ALTER TABLE "operations" ADD COLUMN "member_ids" TEXT[];
