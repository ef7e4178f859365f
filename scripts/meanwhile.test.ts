import { expect, test } from 'vitest';
import { meanwhile } from './meanwhile';

test('what is said meanwhile waits until it is asked for, and then comes in its order, at once', async () => {
  const heard: string[] = [];
  let goOn = () => {};
  const background = meanwhile(async (say) => {
    say('one');
    say('two');
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
    say('three');
  });
  expect(heard).toEqual([]);
  const finished = background.finish((line) => heard.push(line));
  expect(heard).toEqual(['one', 'two']);
  goOn();
  await finished;
  expect(heard).toEqual(['one', 'two', 'three']);
});

test('work that fails early is a failure of whoever asks for its end, and disturbs nothing before', async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', note);
  const background = meanwhile(async () => {
    throw new Error('next build failed');
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
  await expect(background.finish(() => {})).rejects.toThrow('next build failed');
});
