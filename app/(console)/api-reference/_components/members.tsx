import { Code } from '@/components/ui/code-block';
import { InlineText } from './inline-text';
import { type Member, type Schema, type Shape, shapeOf } from './schema';

/** The members of an object: name, type, whether it must be there, what it means; what is within stands below. */
export function Members({ members, direction }: { members: readonly Member[]; direction: 'sent' | 'answered' }) {
  return (
    <ul className="grid divide-y divide-line">
      {members.map((member) => (
        <li key={member.name} className="grid gap-1 py-2">
          <div className="flex flex-wrap items-baseline gap-x-2 gap-y-0.5">
            <span className="break-all font-medium font-mono text-xs">{member.name}</span>
            <TypeWords shape={member} />
            {direction === 'sent' && member.required && <span className="text-attention text-xs">required</span>}
            {direction === 'answered' && !member.required && <span className="text-muted text-xs">may be absent</span>}
          </div>
          {member.description && (
            <p className="max-w-prose text-muted text-sm">
              <InlineText>{member.description}</InlineText>
            </p>
          )}
          <Within shape={member} direction={direction} />
        </li>
      ))}
    </ul>
  );
}

/** What a value may be, in one line; a named schema links to its section. */
export function TypeWords({ shape }: { shape: Shape }) {
  const { ref } = shape;
  const [before, ...after] = ref ? shape.type.split(ref) : [shape.type];
  return (
    <span className="min-w-0 break-words text-muted text-xs">
      {before}
      {ref && (
        <>
          <a href={`#schema-${ref}`} className="font-medium text-accent-text underline-offset-4 hover:underline">
            {ref}
          </a>
          {after.join(ref)}
        </>
      )}
      {shape.values.map((value) => (
        <span key={value}>
          {' '}
          <Code>{value}</Code>
        </span>
      ))}
      {shape.facts.length > 0 && `, ${shape.facts.join(', ')}`}
    </span>
  );
}

/** Objects within a value. */
export function Within({ shape, direction }: { shape: Shape; direction: 'sent' | 'answered' }) {
  return shape.variants.map((variant, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the variants of a schema keep their order.
    <div key={index} className="border-line border-l pl-3">
      {variant.label && (
        <p className="pt-1 text-muted text-xs">
          where <Code>{variant.label}</Code>
        </p>
      )}
      <Members members={variant.members} direction={direction} />
    </div>
  ));
}

/** What is sent or answered: the members of an object, else its type. */
export function ShapeBlock({ schema, direction }: { schema: Schema; direction: 'sent' | 'answered' }) {
  const shape = shapeOf(schema);
  const [only, another] = shape.variants;
  if (shape.type === 'object' && only && !another) return <Members members={only.members} direction={direction} />;
  return (
    <div className="grid gap-1 py-1">
      <TypeWords shape={shape} />
      <Within shape={shape} direction={direction} />
    </div>
  );
}
