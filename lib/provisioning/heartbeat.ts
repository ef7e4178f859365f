/** A worker that has not been seen for this many seconds is taken for dead, and its leases for free. */
export const heartbeatTimeoutSeconds = 10;
