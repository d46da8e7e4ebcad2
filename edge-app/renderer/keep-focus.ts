import type { MouseEvent } from 'react';

/** A key that is touched leaves the focus where it is: Enter afterwards finishes, and does not press it once more. */
export function keepFocus(event: MouseEvent): void {
  event.preventDefault();
}
