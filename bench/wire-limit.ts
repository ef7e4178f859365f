import { Pool } from 'undici';

interface WireLimit {
  /** Origin of bench/scim-target.ts. */
  target: string;
  tenant: string;
  bodies: readonly string[];
  atOnce: number;
}

/**
 * Creates people as fast as the wire goes: kept-alive connections, bodies that are ready, answers read and thrown away,
 * nothing kept. @returns milliseconds @throws Error where one is not created
 */
export async function sendBare({ target, tenant, bodies, atOnce }: WireLimit): Promise<number> {
  const pool = new Pool(target, { connections: atOnce, pipelining: 1 });
  const headers = { 'content-type': 'application/scim+json', authorization: 'Bearer bench' };
  const waiting = bodies.values();
  const startedAt = performance.now();
  const lane = async () => {
    for (const body of waiting) {
      const answer = await pool.request({ path: `/${tenant}/Users`, method: 'POST', headers, body });
      await answer.body.text();
      if (answer.statusCode !== 201) throw new Error(`The target answered ${answer.statusCode}.`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const took = performance.now() - startedAt;
  await pool.close();
  return took;
}
