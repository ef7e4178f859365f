import { z } from 'zod';

/** An IP address, or a network in CIDR notation. */
export const addressOrNetworkSchema = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);
