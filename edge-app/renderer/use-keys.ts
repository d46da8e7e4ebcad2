import { type RefObject, useEffect, useRef } from 'react';
import type { Till } from '../till/till.ts';
import { type Desk, PANELS_WITHOUT_SEARCH, type Panel } from './desk.ts';
import { CODE_AMONG_MONEY_MIN_CHARACTERS, createScanDetector, splitMultiplier } from './scanner.ts';

const PANEL_KEYS: Readonly<Record<string, Panel>> = {
  F2: 'find',
  F3: 'holds',
  F4: 'conflicts',
  F6: 'status',
  F10: 'returns',
};

/** Scanner and keyboard of the whole page: scans count wherever the focus is, and typing always finds the search. */
export function useKeys(till: Till, desk: Desk, search: RefObject<HTMLInputElement | null>): void {
  const latest = useRef(desk);
  latest.current = desk;

  useEffect(() => {
    const detector = createScanDetector();
    const onKey = (event: KeyboardEvent): void => {
      const now = latest.current;
      const charactersMin = PANELS_WITHOUT_SEARCH.has(now.panel)
        ? CODE_AMONG_MONEY_MIN_CHARACTERS
        : undefined;
      const ownField = PANELS_WITHOUT_SEARCH.has(now.panel) && isEditing(event.target);
      // A voucher or a receipt that is scanned into its field stays there.
      const code =
        event.isComposing || ownField ? null : detector.key(event.key, event.timeStamp, charactersMin);
      if (code !== null) {
        swallow(event);
        // The scan has typed itself into the search, behind whatever stood there: "3*" before it still counts.
        const { quantity, rest } = splitMultiplier(code);
        const typed = splitMultiplier(now.text);
        now.type('');
        void now.addCode(rest.trim(), typed.quantity > 1 ? typed.quantity : quantity);
        return;
      }
      const panel = PANEL_KEYS[event.key];
      if (panel !== undefined) {
        swallow(event);
        now.open(panel);
        if (panel === 'find') search.current?.focus();
      } else if (event.key === 'F9') {
        swallow(event);
        if (till.basket().lines.length > 0) now.open('tender');
      } else if (event.key === 'F8') {
        swallow(event);
        now.park();
      } else if (event.key === 'F7') {
        swallow(event);
        const last = till.basket().lastLineId;
        if (last !== null) now.adjust(last);
      } else if (event.key === 'Delete' && !isEditing(event.target)) {
        swallow(event);
        const last = till.basket().lastLineId;
        const refusal = last === null ? null : till.changeBasket({ type: 'void', lineId: last });
        if (refusal !== null) now.refuse(refusal);
      } else if (isQuantityKey(event, now, search.current)) {
        swallow(event);
        changeLastQuantity(till, event.key === '+' ? 1 : -1);
      } else if (wantsSearch(event, now)) {
        search.current?.focus();
      }
    };
    globalThis.addEventListener('keydown', onKey, { capture: true });
    return () => globalThis.removeEventListener('keydown', onKey, { capture: true });
  }, [till, search]);
}

/** Plus and minus count the last line while nothing is typed: inside a code or a name they are characters. */
function isQuantityKey(event: KeyboardEvent, desk: Desk, search: HTMLInputElement | null): boolean {
  if ((event.key !== '+' && event.key !== '-') || event.ctrlKey || event.altKey || event.metaKey)
    return false;
  if (search === null || search.value !== '' || PANELS_WITHOUT_SEARCH.has(desk.panel)) return false;
  return event.target === search || !isEditing(event.target);
}

function changeLastQuantity(till: Till, by: 1 | -1): void {
  const { lines, lastLineId } = till.basket();
  const line = lines.find(({ lineId }) => lineId === lastLineId);
  // The last unit goes by Delete, so that no basket empties by a minus too many.
  if (line !== undefined && line.quantity + by > 0) {
    till.changeBasket({ type: 'set-quantity', lineId: line.lineId, quantity: line.quantity + by });
  }
}

function swallow(event: KeyboardEvent): void {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function isEditing(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

/** Letters and digits typed at nothing in particular belong to the search; in the tender, digits are money. */
function wantsSearch(event: KeyboardEvent, desk: Desk): boolean {
  if (event.ctrlKey || event.altKey || event.metaKey || event.key.length !== 1 || event.key === ' ')
    return false;
  return !PANELS_WITHOUT_SEARCH.has(desk.panel) && !isEditing(event.target);
}
