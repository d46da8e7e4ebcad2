/**
 * A keep-alive HTTP/1.1 connection for one request at a time, as small as it can be: the load generator shares the machine
 * with what it measures, and a general client costs several times as much per request.
 */
import { connect, type Socket } from 'node:net';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** The answer that these bytes hold, or null while they are not all there. The other side must say the body's length. */
export function readAnswer(bytes: Buffer): HttpAnswer | null {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return null;
  const head = bytes.toString('latin1', 0, headEnd);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`the answer does not say its length: ${head.slice(0, 200)}`);
  const bodyStart = headEnd + HEAD_END.length;
  const bodyEnd = bodyStart + Number(length);
  if (bytes.length < bodyEnd) return null;
  return { status: Number(head.slice(9, 12)), body: bytes.toString('utf8', bodyStart, bodyEnd) };
}

interface Waiter {
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (error: Error) => void;
}

export class HttpConnection {
  readonly #socket: Socket;
  #received: Buffer | null = null;
  #waiter: Waiter | null = null;
  #isOpen = true;

  constructor(host: string, port: number) {
    this.#socket = connect(port, host);
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (chunk) => this.#receive(chunk));
    this.#socket.on('error', (error) => this.#end(error));
    this.#socket.on('close', () => this.#end(new Error('central closed the connection')));
  }

  /** False once either side has closed it. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Sends the bytes of one request; the one before must have been answered. */
  send(request: Buffer): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    const bytes = this.#received === null ? chunk : Buffer.concat([this.#received, chunk]);
    try {
      const answer = readAnswer(bytes);
      this.#received = answer === null ? bytes : null;
      if (answer === null) return;
      const waiter = this.#waiter;
      this.#waiter = null;
      waiter?.resolve(answer);
    } catch (error) {
      this.#end(error as Error);
      this.#socket.destroy();
    }
  }

  #end(error: Error): void {
    this.#isOpen = false;
    this.#waiter?.reject(error);
    this.#waiter = null;
  }
}
