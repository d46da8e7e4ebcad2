import type { WriteStream } from 'node:tty';

/** One line that moves on a terminal; a line per tenth elsewhere. */
export function showProgress(stream: WriteStream): {
  show(sentence: string, share?: number): void;
  end(): void;
} {
  let last = '';
  return {
    show(sentence, share) {
      const percent =
        share === undefined
          ? ''
          : ` ${Math.floor(share * (stream.isTTY ? 100 : 10)) * (stream.isTTY ? 1 : 10)} %`;
      const text = `${sentence}${percent}`;
      if (text === last) return;
      last = text;
      stream.write(stream.isTTY ? `\r\u001b[2K${text}` : `${text}\n`);
    },
    end() {
      if (stream.isTTY) stream.write('\r\u001b[2K');
    },
  };
}
