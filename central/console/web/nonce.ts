// The first import of main.tsx: styles made by script carry the nonce that the server put into this response.
const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]');

/** The nonce of this response's content security policy. */
export const nonce: string = meta?.nonce ?? '';

// Read by get-nonce, under Mantine's overlays.
(globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = nonce;
