/** Another writer was faster, or may be: nothing was written, and the batch must be decided again, alone. */
export class StaleBatch extends Error {
  override readonly name = 'StaleBatch';
}
