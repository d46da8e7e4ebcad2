/**
 * A keep-alive HTTP/1.1 connection for one request at a time, as small as it can be: the load generator shares the machine
 * with what it measures, and a general client costs several times as much per request.
 */
import { connect, type Socket } from 'node:net';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** Hears what becomes of one request. */
export interface AnswerListener {
  answered(answer: HttpAnswer): void;
  failed(error: Error): void;
}

const HEAD_END = '\r\n\r\n';
const STATUS_START = 'HTTP/1.1 '.length;
const STATUS_DIGITS = 3;
/** A whole answer to a push; a longer one comes in pieces. */
const READ_BUFFER_BYTES = 4_096;

/** The answer that these bytes hold, or null while they are not all there. The other side must say the body's length. */
export function readAnswer(bytes: Buffer): HttpAnswer | null {
  // By one byte each, so that a place in the text is a place in the bytes.
  const text = bytes.toString('latin1');
  const headEnd = text.indexOf(HEAD_END);
  if (headEnd < 0) return null;
  const length = /\r\ncontent-length: *(\d+)\r/i.exec(text)?.[1];
  if (length === undefined) throw new Error(`the answer does not say its length: ${text.slice(0, 200)}`);
  const bodyStart = headEnd + HEAD_END.length;
  const bodyEnd = bodyStart + Number(length);
  if (bytes.length < bodyEnd) return null;
  return {
    status: Number(text.slice(STATUS_START, STATUS_START + STATUS_DIGITS)),
    body: text.slice(bodyStart, bodyEnd),
  };
}

/** The sequence that the answer to a push acknowledges; null where it says none. Pushes are answered in ASCII. */
export function acknowledgedSequence(body: string): number | null {
  const sequence = /"acknowledged":\{[^{}]*"sequence":(\d+)/.exec(body)?.[1];
  return sequence === undefined ? null : Number(sequence);
}

export class HttpConnection {
  readonly #socket: Socket;
  /** The beginning of an answer whose end has not come. */
  #received: Buffer | null = null;
  #listener: AnswerListener | null = null;
  #isOpen = true;

  constructor(host: string, port: number) {
    this.#socket = connect({
      ...{ host, port, noDelay: true },
      // Into one buffer again and again, past the machinery of streams.
      onread: {
        buffer: Buffer.allocUnsafe(READ_BUFFER_BYTES),
        callback: (bytesRead, buffer) => {
          this.#receive(buffer as Buffer, bytesRead);
          return true;
        },
      },
    });
    this.#socket.on('error', (error) => this.#end(error));
    this.#socket.on('close', () => this.#end(new Error('central closed the connection')));
  }

  /** False once either side has closed it. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Sends the bytes of one request by one write; the one before must have been answered. */
  send(request: Buffer, listener: AnswerListener): void {
    this.#listener = listener;
    this.#socket.write(request);
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(buffer: Buffer, bytesRead: number): void {
    const chunk = buffer.subarray(0, bytesRead);
    const bytes = this.#received === null ? chunk : Buffer.concat([this.#received, chunk]);
    let answer: HttpAnswer | null;
    try {
      answer = readAnswer(bytes);
    } catch (error) {
      this.#end(error as Error);
      this.#socket.destroy();
      return;
    }
    this.#received = answer === null ? Buffer.from(bytes) : null;
    if (answer === null) return;
    const listener = this.#listener;
    this.#listener = null;
    listener?.answered(answer);
  }

  #end(error: Error): void {
    this.#isOpen = false;
    this.#listener?.failed(error);
    this.#listener = null;
  }
}
