import { expect, test } from 'vitest';
import { whereabouts } from './file-lock.mjs';
import { judgeRemains } from './postgres-folder';

const here = { ...whereabouts(), machine: 'ours', bootId: 'now', pidNamespace: 'pid:[1]', inode: '7', isLocal: true };
const previous = { ...here, at: '2026-11-01T00:00:00.000Z' };
const elsewhere = { host: 'other', machine: 'theirs', bootId: 'other' };

test.each([
  ['in this namespace', {}, {}, 'gone'],
  ['in another namespace of this machine', { pidNamespace: 'pid:[2]' }, {}, 'gone'],
  ['before this machine was started anew', { bootId: 'earlier' }, {}, 'gone'],
  ['before the disk came to this machine', elsewhere, {}, 'gone'],
  ['on the folder that this one is a copy of', { inode: '6' }, {}, 'copied'],
  ['on the folder that another machine’s copy is of', { ...elsewhere, inode: '6' }, {}, 'copied'],
  [
    'in another container, on a network file system',
    { pidNamespace: 'pid:[2]', inode: '6' },
    { isLocal: false },
    'gone',
  ],
  ['before this machine was started anew, on a network file system', { bootId: 'earlier' }, { isLocal: false }, 'gone'],
  ['on another machine, on a network file system', elsewhere, { isLocal: false }, 'elsewhere'],
])('without the lock, a server that ran %s is judged', (_where, then, now, verdict) => {
  expect(judgeRemains({ ...previous, ...then }, { ...here, ...now })).toBe(verdict);
});

test('the remains of a version that noted nothing are those of a server that is gone', () => {
  expect(judgeRemains(undefined, here)).toBe('gone');
});
