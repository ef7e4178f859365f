import type { Socket } from 'node:net';
import { addressKey } from '@/lib/core/address-key';

/**
 * The connections of one server. There is an end to how many it holds, and nobody keeps the others out: who comes when all are
 * taken gets the place of one that waits for nothing, of the address that has most. A proxy in front is one address, and what
 * it keeps without a request on it is what it opens again.
 */
export class Connections {
  private readonly byAddress = new Map<string, Set<Socket>>();
  private count = 0;

  /** @param most connections that are held @param isBusy whether an answer is owed on one */
  constructor(
    private readonly most: number,
    private readonly isBusy: (socket: Socket) => boolean,
  ) {}

  add(socket: Socket): void {
    const address = addressKey(socket.remoteAddress ?? null);
    this.byAddress.set(address, (this.byAddress.get(address) ?? new Set()).add(socket));
    this.count += 1;
    socket.once('close', () => this.remove(address, socket));
    if (this.count > this.most) this.giveUpOne();
  }

  *[Symbol.iterator](): Generator<Socket> {
    for (const sockets of this.byAddress.values()) yield* sockets;
  }

  /** Of the address with most connections, the oldest that is owed no answer; where all are, the newest. */
  private giveUpOne(): void {
    const [address, sockets] = [...this.byAddress].reduce((most, other) =>
      other[1].size > most[1].size ? other : most,
    );
    const all = [...sockets];
    const socket = all.find((one) => !this.isBusy(one)) ?? all.at(-1);
    if (!socket) return;
    // At once, and not when it has closed: as many may come before that.
    this.remove(address, socket);
    socket.destroy();
  }

  private remove(address: string, socket: Socket): void {
    const own = this.byAddress.get(address);
    if (!own?.delete(socket)) return;
    this.count -= 1;
    if (own.size === 0) this.byAddress.delete(address);
  }
}
