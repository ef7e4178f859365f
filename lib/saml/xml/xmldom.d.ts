// samlify brings the types of xmldom 0.8 into every program that names it, and they win over those of the 0.9 that we
// call. This is the one option by which the two differ for us.
declare module '@xmldom/xmldom' {
  interface Options {
    onError?: (level: 'warning' | 'error' | 'fatalError', message: string, context: unknown) => void;
  }
}

export {};
