import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Button } from './button';

test('a form cannot be sent before its script is there; other buttons are as they are told', () => {
  expect(renderToStaticMarkup(<Button type="submit">Save</Button>)).toMatch(/type="submit"[^>]* disabled=""/);
  expect(renderToStaticMarkup(<Button>Copy</Button>)).not.toContain('disabled=""');
});

test('a button that waits for its script looks like one that does not; a disabled one looks disabled', () => {
  expect(renderToStaticMarkup(<Button type="submit">Save</Button>)).toContain('data-waiting="true"');
  const disabled = renderToStaticMarkup(
    <Button type="submit" disabled>
      Save
    </Button>,
  );
  expect(disabled).not.toContain('data-waiting="true"');
});
