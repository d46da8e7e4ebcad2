import type { Words } from './event-words.ts';
import type { Suggestion } from './report-answers.ts';

/** What a suggested act is called on its button, and what closing by it says. Pure. */
export interface ActWords {
  readonly button: Words;
  readonly reason: Words;
}

/** Pure; `storeName` gives a store's name by its id. */
export function actWords(
  suggestion: Suggestion,
  storeName: (storeId: string) => string,
  distance: (km: number) => string,
): ActWords {
  switch (suggestion.act) {
    case 're-source':
    case 'transfer': {
      const { act, fromStoreId, free, quantity, distanceKm } = suggestion;
      const store = storeName(fromStoreId);
      const near = distanceKm === null ? 'plain' : 'near';
      const values = {
        store,
        free,
        count: quantity,
        distance: distanceKm === null ? '' : distance(distanceKm),
      };
      return {
        button: { key: `act.${act}-${near}`, values },
        reason: { key: `act.reason-${act}`, values: { store, count: quantity } },
      };
    }
    case 'substitute': {
      const { name, free } = suggestion;
      return {
        button: { key: 'act.substitute', values: { name, free } },
        reason: { key: 'act.reason-substitute', values: { name } },
      };
    }
    case 'count':
      return {
        button: { key: 'act.count', values: {} },
        reason: { key: 'act.reason-count', values: {} },
      };
  }
}
