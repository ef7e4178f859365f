import { expect, test } from 'vitest';
import { quarantineRest, quarantineSchedule } from './quarantine-schedule';

const since = new Date('2026-11-01T00:00:00.000Z');
const at = (hours: number) => new Date(since.getTime() + hours * 60 * 60_000);

test('a quarantined connection is tried after 6 and 12 hours, then daily, until 28 days are over', () => {
  const tries: number[] = [];
  let hours = 0;
  for (let rest = quarantineRest(since, at(hours)); rest !== undefined; rest = quarantineRest(since, at(hours))) {
    hours += rest / (60 * 60_000);
    tries.push(hours);
  }
  expect(tries.slice(0, 4)).toEqual([6, 18, 42, 66]);
  tries.forEach((hour, index) => {
    const schedule = quarantineSchedule(since, at(hour), at(0));
    expect(schedule).toMatchObject({ attempt: index + 1, attempts: tries.length, endsAt: at(28 * 24) });
  });
});
